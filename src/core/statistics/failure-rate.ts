import { firstWhere } from './binomial.ts';
import { logSum } from './log-sum.ts';

/**
 * How far the alternatives lie between the limit and 1 on a logarithmic scale: a little over the limit, some way, half
 * way, nearly all.
 */
const exponents = [0.85, 0.7, 0.5, 0.25];

/**
 * The smallest number of failures among n samples that proves a failure rate above the limit, whenever one looks: the
 * mean of the likelihood ratios of four higher rates against the limit reaches 1 / level. Each ratio, and so their
 * mean, is a supermartingale under every rate up to the limit, which Ville's inequality bounds. A limit of 0 is broken
 * by any failure.
 */
export function failureBound(limit: number, level: number): (n: number) => number {
  if (limit === 0) return () => 1;
  const ratios = exponents.map((exponent) => {
    const rate = limit ** exponent;
    return { failure: Math.log(rate / limit), success: Math.log((1 - rate) / (1 - limit)) };
  });
  const wanted = Math.log(exponents.length / level);
  const proves = (failures: number, n: number) =>
    logSum(ratios.map(({ failure, success }) => failures * failure + (n - failures) * success)) >= wanted;
  return (n) => firstWhere(n + 1, (failures) => proves(failures, n));
}
