import { greatestUnlikelyLow } from './binomial.ts';
import type { Aim, Design } from './pass-region.ts';

/**
 * The PASS of a version that is to get nothing: enough samples without one that could have been its own, so that a
 * share of the whole tolerance would have shown itself with probability 1 − level (299 clean samples below 1 % at 95
 * %). That spends nearly all of the level; half of what is left goes to one doubtful sample, half of the rest to two,
 * and so on.
 */
export function zeroDesign(tolerance: number, { level, budget }: Aim): Design {
  const first = Math.ceil(Math.log(level) / Math.log1p(-tolerance));
  const steps = [first];
  const horizon = budget ?? first;
  let left = level - (1 - tolerance) ** first;
  let n = first;
  while (left > level * 1e-6 && steps.length < 50) {
    left /= 2;
    while (n <= horizon && greatestUnlikelyLow(n, tolerance, left) < steps.length) n++;
    if (n > horizon) break;
    steps.push(n);
  }
  return { horizon, region: (n) => ({ low: 0, high: countUpTo(steps, n) - 1 }) };
}

function countUpTo(steps: readonly number[], n: number): number {
  let count = 0;
  while (count < steps.length && steps[count]! <= n) count++;
  return count;
}
