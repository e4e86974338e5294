import { gammaLower, gammaUpper, logGamma } from './gamma.ts';
import { solveTail } from './quantile.ts';

/** P(X ≤ x) for X ~ χ² with `df` degrees of freedom. */
export function chiSquaredAtMost(x: number, df: number): number {
  return gammaLower(df / 2, x / 2);
}

/** P(X ≥ x) for X ~ χ² with `df` degrees of freedom, with its own relative precision far out. */
export function chiSquaredAtLeast(x: number, df: number): number {
  return gammaUpper(df / 2, x / 2);
}

/** The x with P(X ≤ x) = p. */
export function chiSquaredQuantile(p: number, df: number): number {
  if (p <= 0) return 0;
  return p <= 0.5 ? solve(p, df, 1) : solve(1 - p, df, -1);
}

/**
 * The z with P(Z ≤ z) = p for a standard normal Z, from Z² ~ χ² with one degree of freedom.
 * Keeps its digits for small p; for p near 1 ask for −normalQuantile(1 − p).
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  return p < 0.25 ? -Math.sqrt(solve(2 * p, 1, -1)) : -Math.sqrt(solve(1 - 2 * p, 1, 1));
}

function solve(target: number, df: number, direction: 1 | -1): number {
  const tailAt = (x: number) => ({
    tail: direction === 1 ? chiSquaredAtMost(x, df) : chiSquaredAtLeast(x, df),
    density: densityOf(x, df),
  });
  return solveTail(tailAt, target, df, direction);
}

function densityOf(x: number, df: number): number {
  return Math.exp((df / 2 - 1) * Math.log(x / 2) - x / 2 - logGamma(df / 2)) / 2;
}
