import { logGamma } from './gamma.ts';

/** How many of so many trials came out one way. */
export interface Count {
  hits: number;
  of: number;
}

/** ln of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/**
 * The chance of at least as many hits on the first side as there were, where both sides have the same rate and as many hits in all:
 * R. A. Fisher's exact test (1934), one-sided. 1 where there is no hit.
 */
export function moreHitsByChance(one: Count, other: Count): number {
  const hits = one.hits + other.hits;
  const most = Math.min(hits, one.of);
  const all = logChoose(one.of + other.of, hits);
  let chance = 0;
  for (let k = one.hits; k <= most; k++) {
    if (hits - k > other.of) continue;
    chance += Math.exp(logChoose(one.of, k) + logChoose(other.of, hits - k) - all);
  }
  return Math.min(1, chance);
}
