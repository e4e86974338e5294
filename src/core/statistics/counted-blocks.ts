import type { Count } from './fisher.ts';

/** Two rates, in (0, 1). */
interface Rates {
  one: number;
  other: number;
}

/** One window of counters of both. */
interface Window {
  one: Count;
  other: Count;
}

/**
 * ln of the likelihood of a window of counters under guessed rates, by that under the rates nearest to them of the
 * hypothesis "one's rate is at most the other's plus a bound"; 0 where the guess agrees with the hypothesis. Its mean
 * under the hypothesis is at most 1 by the inequality of the weighted means, if the guess was made before the window,
 * so that windows may be multiplied and looked at whenever one likes (R. Turner, P. Grünwald, 2023).
 * @param guess both in (0, 1)
 * @param bound in (−1, 1)
 */
export function windowEvidence(window: Window, guess: Rates, bound: number): number {
  if (guess.one <= guess.other + bound) return 0;
  const nearest = nearestRates(window, guess, bound);
  return (
    logLikelihoodRatio(window.one, guess.one, nearest.one) +
    logLikelihoodRatio(window.other, guess.other, nearest.other)
  );
}

/** Without what there was none of, whose rate may be 0 or 1. */
function logLikelihoodRatio({ hits, of }: Count, rate: number, against: number): number {
  const ofHits = hits === 0 ? 0 : hits * Math.log(rate / against);
  return hits === of ? ofHits : ofHits + (of - hits) * (Math.log1p(-rate) - Math.log1p(-against));
}

/**
 * The point of the hypothesis nearest to the guess, by the Kullback–Leibler divergence of a window of this size. It lies
 * on the edge, where the derivative along it, which falls from ∞ to −∞, is 0. @internal
 */
export function nearestRates({ one, other }: Window, guess: Rates, bound: number): Rates {
  // By the lower of the two rates, so that neither loses digits near 0.
  const ratesAt = (lower: number): Rates =>
    bound > 0 ? { one: lower + bound, other: lower } : { one: lower, other: lower - bound };
  const slope = (rate: number, at: number) => (rate - at) / (at * (1 - at));
  let low = 0;
  let high = 1 - Math.abs(bound);
  for (;;) {
    const middle = (low + high) / 2;
    const rates = ratesAt(middle);
    if (middle <= low || middle >= high) return rates;
    if (one.of * slope(guess.one, rates.one) + other.of * slope(guess.other, rates.other) > 0) low = middle;
    else high = middle;
  }
}

/** The rate that some outcomes make likely, always inside (0, 1): half a hit is added. */
export function guessedRate(...counts: readonly Count[]): number {
  const total = (field: keyof Count) => counts.reduce((sum, count) => sum + count[field], 0);
  return (total('hits') + 0.5) / (total('of') + 1);
}
