import type { CountRange } from './equivalence.ts';

/**
 * When a sequential test stops: after n samples with `count` hits it passes inside `pass(n)`, and fails at or below
 * `failLow(n)` and at or above `failHigh(n)`. An empty range, and −1 and n + 1, never stop it.
 */
export interface Stops {
  pass(n: number): CountRange;
  failLow?(n: number): number;
  failHigh?(n: number): number;
}

/** Where a sequential test ends when every sample is a hit with the same chance; the probabilities sum to 1. */
export interface Ends {
  pass: number;
  below: number;
  above: number;
  /** Still undecided after the last sample. */
  open: number;
  /** Expected number of samples, the undecided runs counted with all of theirs. */
  mean: number;
  /** Expected number of samples up to a PASS, given that there is one; NaN where there never is. */
  meanToPass: number;
  /** Expected number of samples up to a FAIL, given that there is one; NaN where there never is. */
  meanToFail: number;
  /** `stopped[n]`: P(the test ends at sample n, or by then). */
  stopped: Float64Array;
}

/**
 * Paths rarer than this are not followed; what they could add, at most steps × 2 × this, is far below any printed
 * digit.
 */
const negligible = 1e-15;

/**
 * The exact distribution of the end of a sequential test, by dynamic programming on the binomial lattice: the state is
 * (n, hits), and the paths that stop are taken out. Takes about steps × √steps × 10 additions.
 * @param p the chance of a hit, in [0, 1]
 */
export function walk(p: number, stops: Stops, steps: number): Ends {
  const mass = new Float64Array(steps + 2);
  const stopped = new Float64Array(steps + 1);
  mass[0] = 1;
  let from = 0;
  let to = 0;
  const ends = { pass: 0, below: 0, above: 0 };
  const weighted = { pass: 0, fail: 0 };
  for (let n = 1; n <= steps; n++) {
    advance(mass, p, from, to);
    to++;
    const failLow = stops.failLow?.(n) ?? -1;
    const failHigh = stops.failHigh?.(n) ?? n + 1;
    const { low, high } = stops.pass(n);
    const below = take(mass, from, Math.min(failLow, to));
    const above = take(mass, Math.max(failHigh, from), to);
    const passed = take(mass, Math.max(low, from), Math.min(high, to));
    ends.below += below;
    ends.above += above;
    ends.pass += passed;
    weighted.pass += n * passed;
    weighted.fail += n * (below + above);
    stopped[n] = stopped[n - 1]! + below + above + passed;
    while (from < to && mass[from]! < negligible) mass[from++] = 0;
    while (to > from && mass[to]! < negligible) mass[to--] = 0;
  }
  const open = Math.max(0, 1 - ends.pass - ends.below - ends.above);
  return {
    ...ends,
    open,
    mean: weighted.pass + weighted.fail + steps * open,
    meanToPass: weighted.pass / ends.pass,
    meanToFail: weighted.fail / (ends.below + ends.above),
    stopped,
  };
}

/** One more sample: each state's mass moves up by one hit with probability p, in place. */
function advance(mass: Float64Array, p: number, from: number, to: number): void {
  const q = 1 - p;
  mass[to + 1] = mass[to]! * p;
  for (let x = to; x > from; x--) mass[x] = mass[x]! * q + mass[x - 1]! * p;
  mass[from] = mass[from]! * q;
}

/** Takes the mass of the states from `low` to `high` out. */
function take(mass: Float64Array, low: number, high: number): number {
  let sum = 0;
  for (let x = low; x <= high; x++) {
    sum += mass[x]!;
    mass[x] = 0;
  }
  return sum;
}

/**
 * The first sample by which the test has ended with at least this probability; Infinity where that is later than the
 * last.
 */
export function quantileOf({ stopped }: Ends, probability: number): number {
  const n = stopped.findIndex((soFar) => soFar >= probability);
  return n < 0 ? Infinity : n;
}
