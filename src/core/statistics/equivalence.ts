import { binomialAtMost, greatestUnlikelyLow, leastUnlikelyHigh } from './binomial.ts';
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
 * The counts of `n` at which the exact binomial TOST accepts: P(X ≥ low | share − tolerance) ≤ α and P(X ≤ high | share + tolerance) ≤ α
 * (D. J. Schuirmann, 1987). An edge outside (0, 1) has no tail to test: a positive share then wants one hit, and a share below one wants one miss.
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
    return low <= high;
  };
  let end = 1;
  while (!accepts(end)) end *= 2;
  let n = Math.max(1, Math.floor(end / 2));
  while (!accepts(n)) n++;
  return n;
}

/**
 * The fixed sample size of the exact TOST. Power saw-tooths in n, so the search starts where even a range that is one count shorter on each side
 * has the power, which no larger n undercuts, and walks down to the last n that falls short.
 */
export function planFixed(question: Equivalence, alpha: number, power: number): FixedPlan {
  const powerOf = (n: number, trim = 0) => {
    const { low, high } = acceptRange(n, question, alpha);
    return probabilityWithin({ low: low + trim, high: high - trim }, n, question.share);
  };
  const trim = question.share > 0 && question.share < 1 ? 1 : 0;
  let samples = Math.max(1, Math.floor(approximateSamples(question, alpha, power)));
  while (powerOf(samples, trim) < power) samples = Math.ceil(samples * 1.02 + 1);
  while (samples > 1 && powerOf(samples - 1) >= power) samples--;
  return { samples, accept: acceptRange(samples, question, alpha), power: powerOf(samples) };
}

/** n ≈ (z₁₋α + z₁₋β/₂)² p(1−p)/δ², the usual normal approximation. */
export function approximateSamples({ share, tolerance }: Equivalence, alpha: number, power: number): number {
  const z = normalQuantile(alpha) + normalQuantile((1 - power) / 2);
  return (z * z * share * (1 - share)) / (tolerance * tolerance);
}
