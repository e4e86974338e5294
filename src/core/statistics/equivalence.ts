import { binomialAtLeast, binomialAtMost, firstWhere, greatestUnlikelyLow, leastUnlikelyHigh } from './binomial.ts';
import { normalQuantile } from './chi-squared.ts';

/** The question of one version: is the true share within `tolerance` of `share`? Both in [0, 1]. */
export interface Equivalence {
  share: number;
  tolerance: number;
}

/** Counts from `low` to `high`, both included; empty where low > high. */
export interface CountRange {
  low: number;
  high: number;
}

export interface FixedPlan {
  /** The smallest number of samples from which on the power stays at or above the asked one. */
  samples: number;
  accept: CountRange;
  /** P(PASS) where the share is exactly the asked one. */
  power: number;
}

/**
 * The counts of `n` at which the exact binomial TOST accepts: P(X ≥ low | share − tolerance) ≤ α and P(X ≤ high | share
 * + tolerance) ≤ α (D. J. Schuirmann, 1987). An edge outside (0, 1) has no tail to test: a positive share then wants
 * one hit, and a share below one wants one miss.
 */
export function acceptRange(n: number, { share, tolerance }: Equivalence, alpha: number): CountRange {
  const below = share - tolerance;
  const above = share + tolerance;
  return {
    low: below > 0 ? leastUnlikelyHigh(n, below, alpha) : share > 0 ? 1 : 0,
    high: above < 1 ? greatestUnlikelyLow(n, above, alpha) : share < 1 ? n - 1 : n,
  };
}

/** P(low ≤ X ≤ high) for X ~ Binomial(n, p). */
export function probabilityWithin({ low, high }: CountRange, n: number, p: number): number {
  if (low > high) return 0;
  if (p <= 0) return low <= 0 ? 1 : 0;
  if (p >= 1) return high >= n ? 1 : 0;
  return binomialAtMost(high, n, p) - binomialAtMost(low - 1, n, p);
}

/** The smallest n at which any count at all is accepted: fewer samples can never prove this split. */
export function leastSamples(question: Equivalence, alpha: number): number {
  const accepts = (n: number) => {
    const { low, high } = acceptRange(n, question, alpha);
    return n > 0 && low <= high;
  };
  const found = firstWhere(endWhere(accepts, 1), accepts);
  // The saw-tooth lets a few smaller ones through before it lets all through.
  let n = Math.max(1, found - Math.min(300, Math.ceil(0.1 * found)));
  while (!accepts(n)) n++;
  return n;
}

/** A number at which a condition holds, by doubling. */
function endWhere(holds: (n: number) => boolean, start: number): number {
  let end = start;
  while (!holds(end)) end *= 2;
  return end;
}

/**
 * The fixed sample size of the exact TOST. Power saw-tooths in n, so the search starts where even a range that is one
 * count shorter on each side has the power, which no larger n undercuts, and walks down to the last n that falls short.
 */
export function planFixed(question: Equivalence, alpha: number, power: number): FixedPlan {
  const trim = question.share > 0 && question.share < 1 ? 1 : 0;
  const powerOf = ({ low, high }: CountRange, n: number) => probabilityWithin({ low, high }, n, question.share);
  const hasTrimmed = (n: number) => {
    const { low, high } = acceptRange(n, question, alpha);
    return powerOf({ low: low + trim, high: high - trim }, n) >= power;
  };
  const start = Math.max(1, Math.floor(approximateSamples(question, alpha, power)));
  let samples = firstWhere(endWhere(hasTrimmed, start), hasTrimmed);
  let accept = acceptRange(samples, question, alpha);
  for (;;) {
    const fewer = acceptNear(accept, samples - 1, question, alpha);
    if (samples === 1 || powerOf(fewer, samples - 1) < power)
      return { samples, accept, power: powerOf(accept, samples) };
    samples--;
    accept = fewer;
  }
}

/** The accepted range at n, from that of a neighbouring n: its ends move by a count or not at all. */
function acceptNear(
  { low, high }: CountRange,
  n: number,
  { share, tolerance }: Equivalence,
  alpha: number,
): CountRange {
  const below = share - tolerance;
  const above = share + tolerance;
  const isHigh = (k: number) => binomialAtLeast(k, n, below) <= alpha;
  const isLow = (k: number) => binomialAtMost(k, n, above) <= alpha;
  let least = low;
  let greatest = above < 1 ? high : share < 1 ? n - 1 : n;
  if (below > 0) {
    while (least > 0 && isHigh(least - 1)) least--;
    while (!isHigh(least)) least++;
  }
  if (above < 1) {
    while (isLow(greatest + 1)) greatest++;
    while (greatest >= 0 && !isLow(greatest)) greatest--;
  }
  return { low: least, high: greatest };
}

/** n ≈ (z₁₋α + z₁₋β/₂)² p(1−p)/δ², the usual normal approximation. */
export function approximateSamples({ share, tolerance }: Equivalence, alpha: number, power: number): number {
  const z = normalQuantile(alpha) + normalQuantile((1 - power) / 2);
  return (z * z * share * (1 - share)) / (tolerance * tolerance);
}
