import { binomialAtMost } from '../statistics/binomial.ts';
import { acceptRange, planFixed, type CountRange } from '../statistics/equivalence.ts';
import { quantileOf, walk, type Ends } from '../statistics/lattice.ts';
import { sequentialMethod, boundariesOf, type Boundaries } from './sequential.ts';
import { askedOf, findProblem, versionPower, type Asked, type JudgeSpec, type Problem } from './spec.ts';

/** What to expect of the sequential test where one version's true share is `share`; exact, for independent draws without failures. */
export interface Expectation {
  share: number;
  pass: number;
  fail: number;
  inconclusive: number;
  /** Samples until the end, undecided runs with the whole budget. */
  mean: number;
  median: number;
  p90: number;
  /** Samples until a FAIL, where there is one. */
  meanToFail: number;
}

export interface Plan {
  /** The version that takes the most samples; the figures below are its own. */
  version: string;
  share: number;
  tolerance: number;
  fixed: { samples: number; accept: CountRange; power: number };
  budget: number;
  /** Where the share is the asked one. */
  right: Expectation;
  /** At the edges of the tolerance, where PASS and FAIL are both wrong; an edge that is no share is left out. */
  edges: Expectation[];
  /** The samples that a PASS by turns takes; null where versions take no turns. */
  turns: number | null;
  /** No test with these error rates takes fewer samples on average where the share is the asked one. */
  floor: number;
}

/** How many samples a split will take, before the first one; or what is wrong with the numbers of the spec. */
export function planSplit(spec: JudgeSpec): { plan: Plan } | { problem: Problem } {
  const problem = findProblem(spec);
  if (problem !== undefined) return { problem };
  const asked = askedOf(spec);
  const boundaries = boundariesOf(spec);
  const { budget, turns } = sequentialMethod(spec, boundaries);
  const right = asked.map((one, i) => expectationAt(one.share, boundaries[i]!, budget));
  const slowest = right.reduce((worst, { mean }, i) => (mean > right[worst]!.mean ? i : worst), 0);
  const { version, share, tolerance } = asked[slowest]!;
  const edges = [share - tolerance, share + tolerance].filter((edge) => edge > 0 && edge < 1);
  return {
    plan: {
      version,
      share,
      tolerance,
      fixed: planFixed({ share, tolerance }, spec.alpha, versionPower(spec)),
      budget,
      right: right[slowest]!,
      edges: edges.map((edge) => expectationAt(edge, boundaries[slowest]!, budget)),
      turns: turns?.samples ?? null,
      floor: floorOf(asked[slowest]!, spec.alpha, right[slowest]!.pass),
    },
  };
}

/** What to expect of one version's sequential test where its true share is `share`. */
export function expectationAt(share: number, { region, failLow, failHigh }: Boundaries, budget: number): Expectation {
  const ends: Ends = walk(share, { pass: region, failLow, failHigh }, budget);
  return {
    share,
    pass: ends.pass,
    fail: ends.above + ends.below,
    inconclusive: ends.open,
    mean: ends.mean,
    median: Math.min(budget, quantileOf(ends, 0.5)),
    p90: Math.min(budget, quantileOf(ends, 0.9)),
    meanToFail: ends.meanToFail,
  };
}

/**
 * The least expected number of samples under the asked share that any test can have whose P(PASS) is `power` there and at most α at each edge:
 * kl(power, α) / KL(share, edge) for the harder edge (A. Wald, 1945; information cannot come faster).
 */
function floorOf({ share, tolerance }: Asked, alpha: number, power: number): number {
  const edges = [share - tolerance, share + tolerance].filter((edge) => edge > 0 && edge < 1);
  return Math.max(...edges.map((edge) => divergence(power, alpha) / divergence(share, edge)));
}

/** Kullback–Leibler divergence of Bernoulli(p) from Bernoulli(q), in nats. */
function divergence(p: number, q: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return part(p, q) + part(1 - p, 1 - q);
}

/** What so many samples can tell at all, as the look at a few lines of output has it. */
export interface Telling {
  samples: number;
  /** P(the version is not seen once) where its share is the asked one. */
  unseen: number;
  /** The smallest tolerance at which any count at all would be a proof, to a tenth of a point; null where none below 1 is. */
  tolerance: number | null;
  /** P(a share that is wrong by the tolerance of the spec, upwards, shows no more than the asked share). */
  missed: number;
}

export function tellingOf(samples: number, { share, tolerance }: Asked, alpha: number): Telling {
  const provable = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000).find((width) => {
    const { low, high } = acceptRange(samples, { share, tolerance: width }, alpha);
    return low <= high;
  });
  return {
    samples,
    unseen: (1 - share) ** samples,
    tolerance: provable ?? null,
    missed: binomialAtMost(Math.floor(samples * share), samples, Math.min(1, share + tolerance)),
  };
}
