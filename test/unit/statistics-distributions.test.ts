import { describe, expect, test } from 'vitest';
import { betaLower, betaQuantile, betaUpper } from '../../src/core/statistics/beta.ts';
import { binomialAtLeast, binomialAtMost } from '../../src/core/statistics/binomial.ts';
import { chiSquaredAtLeast, chiSquaredAtMost, normalQuantile } from '../../src/core/statistics/chi-squared.ts';
import { logGamma } from '../../src/core/statistics/gamma.ts';
import tables from './tables/distributions.json' with { type: 'json' };

/** A row: the arguments as numbers, the values as decimals with 20 digits. */
type Row = (number | string)[];

function split(row: Row): { args: number[]; values: number[] } {
  const args = row.filter((cell) => typeof cell === 'number');
  return { args, values: row.slice(args.length).map(Number) };
}

function worstError(actual: number[], row: Row): number {
  const { values } = split(row);
  expect(actual).toHaveLength(values.length);
  return Math.max(...actual.map((value, i) => Math.abs(value / values[i]! - 1)));
}

type Compute = (a: number, b: number, c: number) => number[];

const computations: { [name in keyof typeof tables]: Compute } = {
  logGamma: (x) => [logGamma(x)],
  binomial: (k, n, p) => [binomialAtMost(k, n, p), binomialAtLeast(k, n, p)],
  betaQuantile: (p, a, b) => [betaQuantile(p, a, b)],
  chiSquared: (x, df) => [chiSquaredAtMost(x, df), chiSquaredAtLeast(x, df)],
  normalQuantile: (p) => [normalQuantile(p)],
};

describe.each(Object.entries(computations))('%s agrees with 60-digit arithmetic to 1e-12 relative', (name, compute) => {
  const rows: Row[] = tables[name as keyof typeof tables];
  test.each(rows.map((row) => [split(row).args.join(', '), row] as const))('at %s', (_, row) => {
    const [a = 0, b = 0, c = 0] = split(row).args;
    expect(worstError(compute(a, b, c), row)).toBeLessThan(1e-12);
  });
});

describe('far tails', () => {
  test('stay above zero at 1e-300', () => {
    expect(binomialAtLeast(700, 1000, 0.2)).toBeGreaterThan(0);
    expect(binomialAtMost(15_300, 100_000, 0.2)).toBeGreaterThan(0);
    expect(binomialAtMost(15_300, 100_000, 0.2)).toBeLessThan(1e-300);
    expect(chiSquaredAtLeast(1380, 4)).toBeGreaterThan(0);
    expect(chiSquaredAtLeast(1380, 4)).toBeLessThan(1e-290);
  });

  test('where jstat answers 0', () => {
    expect(binomialAtMost(19_000, 100_000, 0.2) / 9.2e-16).toBeCloseTo(1, 1);
  });

  test('are exactly zero or one only outside the support', () => {
    expect(binomialAtMost(-1, 10, 0.5)).toBe(0);
    expect(binomialAtMost(10, 10, 0.5)).toBe(1);
    expect(binomialAtLeast(11, 10, 0.5)).toBe(0);
    expect(binomialAtLeast(0, 10, 0.5)).toBe(1);
    expect([betaLower(0, 2, 3), betaLower(1, 2, 3), betaUpper(0, 2, 3), betaUpper(1, 2, 3)]).toEqual([0, 1, 1, 0]);
  });
});

test('values known from R', () => {
  expect(binomialAtMost(10, 100, 0.2)).toBeCloseTo(0.0056963809557935, 15);
  expect(binomialAtLeast(30, 100, 0.2)).toBeCloseTo(0.011248978720992, 15);
});
