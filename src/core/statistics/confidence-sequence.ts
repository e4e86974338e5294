import { logGamma } from './gamma.ts';
import type { Interval } from './intervals.ts';

/**
 * The prior of the mixture: as much as a hundred samples at the asked share, so that the interval is narrowest where
 * the split is right; at least half a sample of each kind, so that it exists for shares of 0 and 1.
 */
function priorFor(share: number): { hits: number; misses: number } {
  return { hits: Math.max(0.5, 100 * share), misses: Math.max(0.5, 100 * (1 - share)) };
}

/**
 * A confidence sequence: intervals that hold the true share at every n at once with probability ≥ 1 − alpha, so that
 * they can be watched live. The shares against which the beta mixture's likelihood ratio is below 1 / alpha (H.
 * Robbins, 1970; S. Howard et al., 2021).
 * @param share the asked share, around which the prior lies
 */
export function confidenceSequence(count: number, n: number, share: number, alpha: number): Interval {
  const { hits, misses } = priorFor(share);
  const logMixture = logBeta(hits + count, misses + n - count) - logBeta(hits, misses);
  const excess = (p: number) => logMixture - logLikelihood(p, count, n) + Math.log(alpha);
  const observed = n === 0 ? share : count / n;
  if (excess(observed) >= 0) return { low: observed, high: observed };
  return {
    low: excess(0) < 0 ? 0 : crossing(excess, observed, 0),
    high: excess(1) < 0 ? 1 : crossing(excess, observed, 1),
  };
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln(pˣ (1−p)ⁿ⁻ˣ), with 0⁰ = 1. */
function logLikelihood(p: number, count: number, n: number): number {
  return (count === 0 ? 0 : count * Math.log(p)) + (count === n ? 0 : (n - count) * Math.log1p(-p));
}

/** Where `excess` becomes positive on the way from a share inside to one outside, to ten digits. */
function crossing(excess: (p: number) => number, from: number, to: number): number {
  let inside = from;
  let outside = to;
  while (Math.abs(outside - inside) > 1e-10) {
    const middle = (inside + outside) / 2;
    if (excess(middle) < 0) inside = middle;
    else outside = middle;
  }
  return inside;
}
