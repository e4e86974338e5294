import { betaLower, betaUpper } from './beta.ts';

/** P(X ≤ k) for X ~ Binomial(n, p), with its own relative precision far out. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : betaUpper(p, k + 1, n - k);
}

/** P(X ≥ k) for X ~ Binomial(n, p), with its own relative precision far out. */
export function binomialAtLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : betaLower(p, k, n - k + 1);
}

/** The smallest k with P(X ≥ k) ≤ level; n + 1 where even k = n is likelier than that. */
export function leastUnlikelyHigh(n: number, p: number, level: number): number {
  return firstWhere(n + 1, (k) => binomialAtLeast(k, n, p) <= level);
}

/** The largest k with P(X ≤ k) ≤ level; −1 where even k = 0 is likelier than that. */
export function greatestUnlikelyLow(n: number, p: number, level: number): number {
  return firstWhere(n + 1, (k) => binomialAtMost(k, n, p) > level) - 1;
}

/**
 * The first integer in 0…end at which a condition that stays true has become true; `end` where it never does before.
 */
export function firstWhere(end: number, holds: (k: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
