import { betaQuantile } from './beta.ts';
import { normalQuantile } from './chi-squared.ts';

/** A two-sided interval for a share, both ends in [0, 1]. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * The interval to show for `count` of `n`: narrow, covers on average as it says (E. B. Wilson, 1927).
 * @param alpha 1 − confidence
 */
export function wilson(count: number, n: number, alpha: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = -normalQuantile(alpha / 2);
  const p = count / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { low: count === 0 ? 0 : centre - half, high: count === n ? 1 : centre + half };
}

/**
 * The interval to gate on for `count` of `n`: covers at least as it says, whatever the share (Clopper and Pearson,
 * 1934).
 * @param alpha 1 − confidence
 */
export function clopperPearson(count: number, n: number, alpha: number): Interval {
  return {
    low: count === 0 ? 0 : betaQuantile(alpha / 2, count, n - count + 1),
    high: count === n ? 1 : 1 - betaQuantile(alpha / 2, n - count, count + 1),
  };
}

/**
 * The equal-tailed posterior interval for `count` of `n` under Jeffreys' prior Beta(½, ½).
 * @param alpha 1 − confidence
 */
export function jeffreys(count: number, n: number, alpha: number): Interval {
  return {
    low: count === 0 ? 0 : betaQuantile(alpha / 2, count + 0.5, n - count + 0.5),
    high: count === n ? 1 : 1 - betaQuantile(alpha / 2, n - count + 0.5, count + 0.5),
  };
}
