import { betaQuantile } from './beta.ts';

/** A two-sided interval for a share, both ends in [0, 1]. */
export interface Interval {
  low: number;
  high: number;
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
