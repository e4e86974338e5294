import { firstWhere } from './binomial.ts';
import { logSum } from './log-sum.ts';
import { quantileEvidence, type QuantileEvidence } from './quantile-evidence.ts';

/** How the quantiles of two versions lie to each other is asked: is new's at most `factor` times old's? */
export interface RatioQuestion {
  /** In (0, 1). */
  quantile: number;
  factor: number;
}

/** Logarithms of the evidence: against "at most the factor", and against "at least the factor". */
export interface RatioEvidence {
  harm: number;
  safety: number;
}

/** The evidence at one value of old's quantile, with what it cannot fall below on the way up and on the way down. */
interface Point {
  evidence: number;
  upwards: number;
  downwards: number;
}

/**
 * The evidence about the ratio of a quantile of two versions, from all observations so far. For each value v that old's
 * quantile may have, the product of the evidence that it is not v and the evidence that new's is not on the asked side
 * of factor · v is an e-process if each version's observations share one law; so is the least over v, whatever old's
 * quantile is. A failure is an observation of Infinity.
 */
export function ratioEvidence(
  observed: { old: readonly number[]; new: readonly number[] },
  { quantile, factor }: RatioQuestion,
): RatioEvidence {
  // In the order of size, new's by the factor.
  const sorted = {
    old: Float64Array.from(observed.old).sort(),
    scaled: Float64Array.from(observed.new, (value) => value / factor).sort(),
  };
  const candidates = Float64Array.from([0, ...sorted.old, ...sorted.scaled]).sort();
  const likely = sorted.old[Math.floor(quantile * sorted.old.length)] ?? 0;
  const start = firstWhere(candidates.length - 1, (i) => candidates[i]! >= likely);
  const evidence = quantileEvidence(quantile);
  const oldAt = oldPoint(sorted.old, evidence);
  return {
    harm: leastAround(start, candidates, harmAt(sorted.scaled, oldAt, evidence)),
    safety: leastAround(start, candidates, safetyAt(sorted.scaled, oldAt, evidence)),
  };
}

type PointAt = (v: number) => Point;

function harmAt(scaled: Float64Array, oldAt: PointAt, { fewer }: QuantileEvidence): PointAt {
  const { length: n } = scaled;
  const newAt = remembered((count) => fewer(count, n));
  return (v) => {
    const old = oldAt(v);
    const here = newAt(upTo(scaled, v));
    return { evidence: old.evidence + here, upwards: old.upwards + newAt(n), downwards: old.downwards + here };
  };
}

function safetyAt(scaled: Float64Array, oldAt: PointAt, { more }: QuantileEvidence): PointAt {
  const { length: n } = scaled;
  const newAt = remembered((count) => more(count, n));
  return (v) => {
    const old = oldAt(v);
    const here = newAt(below(scaled, v));
    return { evidence: old.evidence + here, upwards: old.upwards + here, downwards: old.downwards + newAt(0) };
  };
}

/** The evidence that old's quantile is not v: one half of it can only grow on the way up, the other on the way down. */
function oldPoint(old: Float64Array, { fewer, more }: QuantileEvidence): PointAt {
  const { length: n } = old;
  const upwardsAt = remembered((count) => more(count, n) - Math.LN2);
  const downwardsAt = remembered((count) => fewer(count, n) - Math.LN2);
  return (v) => {
    const [upwards, downwards] = [upwardsAt(below(old, v)), downwardsAt(upTo(old, v))];
    return { evidence: logSum([upwards, downwards]), upwards, downwards };
  };
}

/** The least evidence over all candidates, from the likeliest on as far either way as it can still fall. */
function leastAround(start: number, candidates: Float64Array, at: (v: number) => Point): number {
  let least = Infinity;
  for (let i = start; i < candidates.length; i++) {
    const point = at(candidates[i]!);
    least = Math.min(least, point.evidence);
    if (point.upwards >= least) break;
  }
  for (let i = start - 1; i >= 0; i--) {
    const point = at(candidates[i]!);
    least = Math.min(least, point.evidence);
    if (point.downwards >= least) break;
  }
  return least;
}

function below(sorted: Float64Array, v: number): number {
  return firstWhere(sorted.length, (i) => sorted[i]! >= v);
}

function upTo(sorted: Float64Array, v: number): number {
  return firstWhere(sorted.length, (i) => sorted[i]! > v);
}

function remembered(compute: (count: number) => number): (count: number) => number {
  const known = new Map<number, number>();
  return (count) => {
    const made = known.get(count) ?? compute(count);
    known.set(count, made);
    return made;
  };
}
