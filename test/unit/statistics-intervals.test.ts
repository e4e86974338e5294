import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialAtMost } from '../../src/core/statistics/binomial.ts';
import { clopperPearson, type Interval } from '../../src/core/statistics/intervals.ts';

const reference: [string, Interval, number, number][] = [
  ['Clopper–Pearson 20/100', clopperPearson(20, 100, 0.05), 0.126655552101956, 0.291842689088628],
  ['Clopper–Pearson 4/20', clopperPearson(4, 20, 0.05), 0.0573339970500328, 0.436614002996668],
  ['Clopper–Pearson 0/20', clopperPearson(0, 20, 0.05), 0, 0.168433470983085],
  ['Clopper–Pearson 200/1000, 99 %', clopperPearson(200, 1000, 0.01), 0.168418554889731, 0.234488599282662],
];

/** P(X = k) for X ~ Binomial(n, p). */
function chanceOf(k: number, n: number, p: number): number {
  return binomialAtMost(k, n, p) - binomialAtMost(k - 1, n, p);
}

describe('intervals', () => {
  test.each(reference)('%s is as R and SciPy have it', (_, { low, high }, expectedLow, expectedHigh) => {
    expect(low).toBeCloseTo(expectedLow, 13);
    expect(high).toBeCloseTo(expectedHigh, 13);
  });

  test('have their known least coverage at n = 20', () => {
    const intervals = Array.from({ length: 21 }, (_, k) => clopperPearson(k, 20, 0.05));
    const coverageAt = (p: number) =>
      intervals.reduce((sum, { low, high }, k) => (low <= p && p <= high ? sum + chanceOf(k, 20, p) : sum), 0);
    const coverages = Array.from({ length: 9999 }, (_, i) => coverageAt((i + 1) / 10_000));
    expect(Math.min(...coverages)).toBeCloseTo(0.958, 2);
  });

  test('contain the observed share, and mirror when the counts do', () => {
    const counts = fc
      .integer({ min: 1, max: 3000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const here = clopperPearson(k, n, 0.05);
        const mirror = clopperPearson(n - k, n, 0.05);
        expect(here.low).toBeLessThanOrEqual(k / n + 1e-15);
        expect(here.high).toBeGreaterThanOrEqual(k / n - 1e-15);
        expect(here.low).toBeCloseTo(1 - mirror.high, 12);
      }),
      { numRuns: 200 },
    );
  });
});
