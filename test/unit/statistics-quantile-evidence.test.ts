import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantileEvidence, quantileRanks } from '../../src/core/statistics/quantile-evidence.ts';
import { ratioEvidence, type RatioEvidence, type RatioQuestion } from '../../src/core/statistics/quantile-ratio.ts';
import { meanOver } from '../helpers/chances.ts';

const logFewer = (k: number, n: number, q: number) => quantileEvidence(q).fewer(k, n);
const logMore = (k: number, n: number, q: number) => quantileEvidence(q).more(k, n);

/** k of n at or below a point, q; ln of the evidence against "at least q lie there", and against "at most q" (40-digit integrals). */
const counts: [[number, number, number], { fewer: number; more: number }][] = [
  [[0, 100, 0.5], { fewer: 49.14332186632, more: -3.357247818268 }],
  [[40, 100, 0.5], { fewer: 1.441783063656, more: -1.931352826066 }],
  [[50, 100, 0.5], { fewer: -0.9062912325661, more: -0.9062912325661 }],
  [[950, 1000, 0.99], { fewer: 39.17178246633, more: -5.473061184742 }],
  [[985, 1000, 0.99], { fewer: -0.0594372171296, more: -3.610933242458 }],
  [[1000, 1000, 0.99], { fewer: -3.010356686131, more: 9.530925022303 }],
];

test.each(counts)('k of n, quantile: %j', ([k, n, q], { fewer, more }) => {
  expect(logFewer(k, n, q)).toBeCloseTo(fewer, 10);
  expect(logMore(k, n, q)).toBeCloseTo(more, 10);
});

const sizes = fc.integer({ min: 0, max: 60 });
const quantiles = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('the evidence on one side', () => {
  test('has a mean of 1 where the share is the quantile, and less where it is on the side of the hypothesis', () => {
    const meanAt = (share: number, n: number, q: number) => meanOver(n, share, (k) => Math.exp(logFewer(k, n, q)));
    fc.assert(
      fc.property(sizes, quantiles, fc.double({ min: 0, max: 1, noNaN: true }), (n, q, towards) => {
        expect(meanAt(q, n, q)).toBeCloseTo(1, 10);
        expect(meanAt(q + towards * (1 - q), n, q)).toBeLessThanOrEqual(1 + 1e-10);
      }),
    );
  });

  test('falls with the count, ever more slowly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 3000 }),
        quantiles,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, q, at) => {
          const k = Math.min(n - 2, Math.floor(at * n));
          const [first, second, third] = [0, 1, 2].map((step) => logFewer(k + step, n, q)) as [number, number, number];
          expect(second).toBeLessThan(first);
          expect(third - second).toBeGreaterThanOrEqual(second - first - 1e-9);
        },
      ),
    );
  });

  test.each([
    [0, 0.5, 693036.256513254],
    [500_000, 0.5, -5.42239369928487],
    [990_000, 0.99, -4.99602484726487],
    [989_000, 0.99, 44.5688460925642],
  ])('keeps its digits: %i of a million, quantile %f', (k, q, expected) => {
    expect(logFewer(k, 1e6, q) / expected).toBeCloseTo(1, 10);
    expect(Number.isFinite(logMore(k, 1e6, q))).toBe(true);
  });
});

test.each([
  [100, 0.5, 35, 66],
  [1000, 0.5, 450, 551],
  [500, 0.95, 459, 489],
  [1000, 0.99, 979, 999],
  [5000, 0.99, 4925, 4973],
])('of %i the quantile %f lies between those in places %i and %i', (n, q, low, high) => {
  expect(quantileRanks(n, q, 0.05)).toEqual({ low, high });
});

test('the places are those at which a look at every single one finds less evidence than 1/α', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), quantiles, (n, q) => {
      const ranks = Array.from({ length: n + 2 }, (_, rank) => rank);
      const kept = ranks.filter(
        (rank) => quantileEvidence(q).elsewhere(Math.max(0, rank - 1), Math.min(n, rank), n) < Math.log(20),
      );
      expect(quantileRanks(n, q, 0.05)).toEqual({ low: kept[0], high: kept.at(-1) });
      expect(kept.at(-1)! - kept[0]!).toBe(kept.length - 1);
    }),
  );
});

describe('the ratio of quantiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  const thousand = Array.from({ length: 1000 }, (_, i) => -10 * Math.log(1 - (i + 0.5) / 1000));
  const times = (factor: number, values: number[]) => values.map((value) => factor * value);

  const known: [RatioQuestion, number[], number[], Partial<RatioEvidence>][] = [
    [{ quantile: 0.5, factor: 1.5 }, hundred, hundred, { safety: 1.776830420196 }],
    [{ quantile: 0.5, factor: 1.2 }, hundred, times(2, hundred), { harm: 3.563718055397 }],
    [{ quantile: 0.5, factor: 1.2 }, hundred, times(3, hundred), { harm: 11.99699876777 }],
    [{ quantile: 0.5, factor: 1 }, hundred, times(0.5, hundred), { safety: 7.051794807204 }],
    [{ quantile: 0.99, factor: 2 }, thousand, thousand, { safety: 7.370399784086 }],
    [{ quantile: 0.99, factor: 1.5 }, thousand, thousand, { safety: 2.01253228818 }],
    [{ quantile: 0.99, factor: 1.5 }, thousand, times(3, thousand), { harm: 5.827424731548 }],
  ];

  test.each(known)('%j', (question, old, fresh, expected) => {
    const { harm, safety } = ratioEvidence({ old, new: fresh }, question);
    expect(harm).toBeCloseTo(expected.harm ?? harm, 10);
    expect(safety).toBeCloseTo(expected.safety ?? safety, 10);
  });

  /** By the definition: every value that old's quantile may have, each with counts of its own. */
  function byDefinition(old: number[], fresh: number[], { quantile: q, factor }: RatioQuestion) {
    const { elsewhere, fewer, more } = quantileEvidence(q);
    const scaled = fresh.map((value) => value / factor);
    const upTo = (values: number[], v: number) => values.filter((value) => value <= v).length;
    const below = (values: number[], v: number) => values.filter((value) => value < v).length;
    const least = (evidence: (v: number) => number) =>
      Math.min(...[0, ...old, ...scaled].map((v) => elsewhere(below(old, v), upTo(old, v), old.length) + evidence(v)));
    return {
      harm: least((v) => fewer(upTo(scaled, v), fresh.length)),
      safety: least((v) => more(below(scaled, v), fresh.length)),
    };
  }

  test('is least where a look at every candidate finds it, with ties and failures too', () => {
    const latencies = fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Infinity)), { maxLength: 40 });
    const factors = fc.constantFrom(0.5, 1, 1.5, 3);
    fc.assert(
      fc.property(latencies, latencies, quantiles, factors, (old, fresh, quantile, factor) => {
        const question = { quantile, factor };
        const { harm, safety } = ratioEvidence({ old, new: fresh }, question);
        const expected = byDefinition(old, fresh, question);
        expect(harm).toBeCloseTo(expected.harm, 9);
        expect(safety).toBeCloseTo(expected.safety, 9);
      }),
      { numRuns: 500 },
    );
  });
});
