import { logGamma } from '../../src/core/statistics/gamma.ts';

/** P(X = k) for X ~ Binomial(n, p), with its own relative precision far out. */
function chanceOf(k: number, n: number, p: number): number {
  const choices = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(choices) * p ** k * (1 - p) ** (n - k);
}

/** The mean of a function of X ~ Binomial(n, p). */
export function meanOver(n: number, p: number, value: (k: number) => number): number {
  let mean = 0;
  for (let k = 0; k <= n; k++) mean += chanceOf(k, n, p) * value(k);
  return mean;
}
