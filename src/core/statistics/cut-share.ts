import { binomialAtMost } from './binomial.ts';
import type { Count } from './fisher.ts';
import { clopperPearson } from './intervals.ts';

/** How many times the most acceptable share the alternatives are, each with a quarter of the capital. */
const alternatives = [1.5, 3, 6, 12];
export const cutParts: readonly number[] = alternatives.map(() => 1 / alternatives.length);

/** No alternative says that more than this share is cut. */
const highest = 0.9;

/**
 * For each alternative share t the ln of (t/r)ᵏ ((1−t)/(1−r))ⁿ⁻ᵏ, for k of n held connections cut. Those that may yet be
 * cut are counted as kept, which is the least that can come of them, so that one may look at any time and over several
 * steps: the mean of the ratios reaches 1/α with probability ≤ α where each is cut with a chance of at most r. Where
 * none may be, one is a proof.
 * @param most the most acceptable share, in [0, 0.9)
 */
export function cutLogs({ hits, of }: Count, most: number): number[] {
  if (most === 0) return alternatives.map(() => (hits > 0 ? Infinity : 0));
  return alternatives.map((factor) => {
    const share = Math.min(highest, factor * most);
    return hits * Math.log(share / most) + (of - hits) * (Math.log1p(-share) - Math.log1p(-most));
  });
}

/** Whether so few are proven to be at most this share, for one look at the end; no share of 0 can be proven so. */
export function provesAtMost({ hits, of }: Count, most: number, alpha: number): boolean {
  return of > 0 && binomialAtMost(hits, of, most) <= alpha;
}

/** The share that the true one is below with confidence 1 − alpha, for one look (C. J. Clopper, E. S. Pearson, 1934). */
export function upperShare({ hits, of }: Count, alpha: number): number {
  return of === 0 ? 1 : clopperPearson(hits, of, 2 * alpha).high;
}
