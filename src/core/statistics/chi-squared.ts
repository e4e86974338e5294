import { gammaLower, gammaUpper } from './gamma.ts';
import { solveTail } from './quantile.ts';

/** P(X ≤ x) for X ~ χ² with `df` degrees of freedom. */
export function chiSquaredAtMost(x: number, df: number): number {
  return gammaLower(df / 2, x / 2);
}

/** P(X ≥ x) for X ~ χ² with `df` degrees of freedom, with its own relative precision far out. */
export function chiSquaredAtLeast(x: number, df: number): number {
  return gammaUpper(df / 2, x / 2);
}

/**
 * The z with P(Z ≤ z) = p for a standard normal Z, from Z² ~ χ² with one degree of freedom.
 * Keeps its digits for small p; for p near 1 ask for −normalQuantile(1 − p).
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  return p < 0.25 ? -Math.sqrt(squareAt(2 * p, -1)) : -Math.sqrt(squareAt(1 - 2 * p, 1));
}

/** The x at which a tail of χ² with one degree of freedom is `target`. */
function squareAt(target: number, direction: 1 | -1): number {
  const tailAt = (x: number) => ({
    tail: direction === 1 ? chiSquaredAtMost(x, 1) : chiSquaredAtLeast(x, 1),
    density: Math.exp(-x / 2) / Math.sqrt(2 * Math.PI * x),
  });
  return solveTail(tailAt, target, 1, direction);
}
