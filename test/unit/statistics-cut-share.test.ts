import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutLogs, cutParts, provesAtMost, upperShare } from '../../src/core/statistics/cut-share.ts';
import { logMean } from '../../src/core/statistics/log-sum.ts';
import { meanOver } from '../helpers/chances.ts';

const evidenceOf = (hits: number, of: number, most: number) => logMean(cutLogs({ hits, of }, most), cutParts);

test.each([
  [20, 1, 0.01, 0.5480787630862],
  [20, 3, 0.01, 4.457255708123],
  [100, 5, 0.01, 3.215469389799],
  [100, 0, 0.01, -1.68978294214],
  [40, 4, 0.02, 2.539078334692],
])('of %i held %i cut, where %f may be', (of, hits, most, expected) => {
  expect(evidenceOf(hits, of, most) / expected).toBeCloseTo(1, 11);
});

test.each([
  [0, 20, 0.1391083406683],
  [0, 59, 0.04950760988823],
  [0, 299, 0.009969146792899],
  [1, 20, 0.2161061642068],
  [1, 100, 0.04655981145],
  [3, 300, 0.02564139308],
])('%i of %i: the share that the true one is below', (hits, of, bound) => {
  expect(upperShare({ hits, of }, 0.05)).toBeCloseTo(bound, 11);
});

test('none held proves nothing', () => {
  expect(upperShare({ hits: 0, of: 0 }, 0.05)).toBe(1);
  expect(provesAtMost({ hits: 0, of: 0 }, 0.5, 0.05)).toBe(false);
});

test('a share is proven exactly where its upper bound lies below it', () => {
  const counts = fc
    .integer({ min: 1, max: 2000 })
    .chain((of) => fc.record({ hits: fc.integer({ min: 0, max: of - 1 }), of: fc.constant(of) }));
  fc.assert(
    fc.property(counts, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (count, most) => {
      const bound = upperShare(count, 0.05);
      fc.pre(Math.abs(bound / most - 1) > 1e-9);
      expect(provesAtMost(count, most, 0.05)).toBe(bound < most);
    }),
  );
});

test('the evidence has a mean of 1 where the share is just what may be, and less below', () => {
  const sizes = fc.integer({ min: 0, max: 60 });
  const shares = fc.double({ min: 0.001, max: 0.5, noNaN: true });
  const meanAt = (share: number, n: number, most: number) =>
    meanOver(n, share, (k) => Math.exp(evidenceOf(k, n, most)));
  fc.assert(
    fc.property(sizes, shares, fc.double({ min: 0, max: 1, noNaN: true }), (n, most, part) => {
      expect(meanAt(most, n, most)).toBeCloseTo(1, 10);
      expect(meanAt(part * most, n, most)).toBeLessThanOrEqual(1 + 1e-10);
    }),
  );
});

test('where none may be cut, one is a proof', () => {
  expect([evidenceOf(0, 100, 0), evidenceOf(1, 1_000_000, 0)]).toEqual([0, Infinity]);
});
