import { logScaledBeta } from './beta.ts';
import { firstWhere } from './binomial.ts';
import { logSum } from './log-sum.ts';

/** The weight of the prior: as much as so many observations at the quantile. */
const priorSize = 20;

/** Evidence about a quantile, as logarithms, where k of n observations lie at or below a point. */
export interface QuantileEvidence {
  /** Against "at least a share q lies at or below the point". */
  fewer: (k: number, n: number) => number;
  /** Against "at most a share q lies there". */
  more: (k: number, n: number) => number;
  /** Against "the q-quantile is this point", with `below` of n below it and `upTo` at or below it. */
  elsewhere: (below: number, upTo: number, n: number) => number;
}

/**
 * The likelihood ratio against q of all smaller shares, mixed by the part below q of Beta(20q, 20(1−q)), and the same of all
 * larger ones: e-processes for observations that share one law (H. Robbins, 1970; S. R. Howard, A. Ramdas, 2022).
 * @param q in (0, 1)
 */
export function quantileEvidence(q: number): QuantileEvidence {
  const fewer = logFewer(q);
  const fewerMisses = logFewer(1 - q);
  const more = (k: number, n: number) => fewerMisses(n - k, n);
  return { fewer, more, elsewhere: (below, upTo, n) => logSum([fewer(upTo, n), more(below, n)]) - Math.LN2 };
}

function logFewer(q: number): (k: number, n: number) => number {
  const [hits, misses] = [priorSize * q, priorSize * (1 - q)];
  const prior = logScaledBeta(q, hits, misses);
  return (k, n) => logScaledBeta(q, hits + k, misses + n - k) - prior;
}

/** Positions in the order of size, from 1; 0 stands for "below all" and n + 1 for "above all". */
export interface Ranks {
  low: number;
  high: number;
}

/**
 * The order statistics between which the q-quantile lies at all times at once with probability ≥ 1 − alpha: the points
 * at which the evidence is below 1 / alpha. Being log-convex in the position it leaves no gaps.
 */
export function quantileRanks(n: number, q: number, alpha: number): Ranks {
  const wanted = -Math.log(alpha);
  const { elsewhere } = quantileEvidence(q);
  const evidence = (rank: number) => elsewhere(Math.max(0, rank - 1), Math.min(n, rank), n);
  const least = firstWhere(n + 1, (rank) => evidence(rank + 1) >= evidence(rank));
  return {
    low: firstWhere(least, (rank) => evidence(rank) < wanted),
    high: least + firstWhere(n + 1 - least, (ahead) => evidence(least + ahead + 1) >= wanted),
  };
}
