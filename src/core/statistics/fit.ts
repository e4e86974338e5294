import { binomialAt } from './binomial.ts';
import { chiSquaredAtLeast } from './chi-squared.ts';
import { logGamma } from './gamma.ts';

/**
 * How far counts lie from the counts that shares make expect, and how likely counts at least as far are where the
 * shares are true.
 */
export interface Fit {
  statistic: number;
  p: number;
}

/**
 * Outcomes whose probabilities differ by less than this part are as likely as each other; rounding must not part them.
 */
const alike = 1 + 1e-7;

/** Two-sided exact binomial p: the probability of all counts that are no likelier than this one, for 0 < p < 1. */
export function binomialFit(count: number, n: number, share: number): number {
  const limit = binomialAt(count, n, share) * alike;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    const probability = binomialAt(k, n, share);
    if (probability <= limit) sum += probability;
  }
  return Math.min(1, sum);
}

/** Pearson's χ² (1900). Wants about five of the rarest kind. */
export function pearsonFit(counts: readonly number[], shares: readonly number[]): Fit {
  return fitBy(counts, shares, (count, mean) => (count - mean) ** 2 / mean);
}

/** The likelihood-ratio statistic G (S. S. Wilks, 1938), against χ². */
export function likelihoodFit(counts: readonly number[], shares: readonly number[]): Fit {
  return fitBy(counts, shares, (count, mean) => (count === 0 ? 0 : 2 * count * Math.log(count / mean)));
}

function fitBy(
  counts: readonly number[],
  shares: readonly number[],
  part: (count: number, mean: number) => number,
): Fit {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const statistic = counts.reduce((sum, count, i) => sum + part(count, n * shares[i]!), 0);
  return { statistic, p: chiSquaredAtLeast(statistic, counts.length - 1) };
}

/**
 * Exact multinomial p: the probability of all outcomes that are no likelier than these counts. Visits every way to
 * divide n among the kinds, C(n + kinds − 1, kinds − 1) of them: for small n, such as the twenty lines of a first look.
 */
export function multinomialFit(counts: readonly number[], shares: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const logOf = (outcome: readonly number[]) =>
    outcome.reduce(
      (log, count, i) => log + (count === 0 ? 0 : count * Math.log(shares[i]!)) - logGamma(count + 1),
      logGamma(n + 1),
    );
  const limit = Math.exp(logOf(counts)) * alike;
  let sum = 0;
  for (const outcome of divisions(n, counts.length)) {
    const probability = Math.exp(logOf(outcome));
    if (probability <= limit) sum += probability;
  }
  return Math.min(1, sum);
}

/** Every way to divide n among so many kinds. */
function* divisions(n: number, kinds: number): Generator<number[]> {
  if (kinds === 1) {
    yield [n];
    return;
  }
  for (let first = 0; first <= n; first++) for (const rest of divisions(n - first, kinds - 1)) yield [first, ...rest];
}
