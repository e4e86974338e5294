import { approximateSamples, planFixed, type CountRange } from '../statistics/equivalence.ts';
import { isHuge, plainDesign } from '../statistics/design.ts';
import { quantileOf, walk, type Ends } from '../statistics/lattice.ts';
import { fixedLook } from './fixed.ts';
import { sequentialMethod, boundariesOf, type Boundaries } from './sequential.ts';
import {
  askedOf,
  findProblem,
  levelsOf,
  versionPower,
  type AskedVersion,
  type JudgeSpec,
  type Problem,
} from './spec.ts';

/**
 * What to expect of the sequential test where one version's true share is `share`; exact, for independent draws without
 * failures.
 */
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
  /**
   * False where the figures were computed on a smaller problem of the same shape, or for the first part of a large
   * budget.
   */
  exact: boolean;
  /** The samples that a PASS by turns takes; null where versions take no turns. */
  turns: number | null;
  /** No test with these error rates takes fewer samples on average where the share is the asked one. */
  floor: number;
}

/** A walk over more of the lattice than this, in steps × standard deviations, takes too long for an answer at a prompt. */
const mostWalked = 5_000_000;

/** The longest walk for a version of this share; a rare one's is narrow, and so may be long. */
function mostSteps(share: number): number {
  return Math.ceil((mostWalked / Math.sqrt(Math.max(1e-9, share * (1 - share)))) ** (2 / 3));
}

/** How many samples a split will take, before the first one; or what is wrong with the numbers of the spec. */
export function planSplit(spec: JudgeSpec): { plan: Plan } | { problem: Problem } {
  const problem = findProblem(spec);
  if (problem !== undefined) return { problem };
  return { plan: spec.method === 'fixed' ? planOneLook(spec) : planLooks(spec) };
}

/** One look at the size that the spec names, or that its power needs. */
function planOneLook(spec: JudgeSpec): Plan {
  const { budget, at } = fixedLook(spec);
  const asked = askedOf(spec);
  const powers = asked.map((each) => at(each, each.share).pass);
  const one = asked[powers.indexOf(Math.min(...powers))]!;
  return {
    ...one,
    fixed: planFixed(one, spec.alpha, versionPower(spec)),
    budget,
    right: oneLook(one.share, budget, at(one, one.share)),
    edges: edgesOf(one).map((edge) => oneLook(edge, budget, at(one, edge))),
    exact: true,
    turns: null,
    floor: floorOf(one, spec.alpha, at(one, one.share).pass),
  };
}

function oneLook(share: number, samples: number, { pass, fail }: { pass: number; fail: number }): Expectation {
  const takes = { mean: samples, median: samples, p90: samples, meanToFail: samples };
  return { share, pass, fail, inconclusive: 1 - pass - fail, ...takes };
}

function planLooks(spec: JudgeSpec): Plan {
  const boundaries = boundariesOf(spec);
  const { budget, turns } = sequentialMethod(spec, boundaries);
  const factor = shrinkage(spec, budget);
  const small = factor === 1 ? spec : shrunk(spec, budget, factor);
  const bounds = factor === 1 ? boundaries : likewise(spec, small);
  const at = (share: number, i: number) => expectationAt(share, bounds[i]!, Math.round(budget / factor));
  const right = askedOf(small).map(({ share }, i) => at(share, i));
  const means = right.map(({ mean }) => mean);
  const slowest = means.indexOf(Math.max(...means));
  const one = askedOf(spec)[slowest]!;
  const smallEdges = edgesOf(askedOf(small)[slowest]!);
  return {
    ...one,
    fixed: planFixed(one, spec.alpha, versionPower(spec)),
    budget,
    right: enlarged(right[slowest]!, factor, one.share),
    edges: edgesOf(one).map((edge, i) => enlarged(at(smallEdges[i]!, slowest), factor, edge)),
    exact: factor === 1 && budget <= mostSteps(one.share),
    turns: turns?.samples ?? null,
    floor: floorOf(one, spec.alpha, right[slowest]!.pass),
  };
}

/** The edges of the tolerance that are shares. */
function edgesOf({ share, tolerance }: AskedVersion): number[] {
  return [share - tolerance, share + tolerance].filter((edge) => edge > 0 && edge < 1);
}

/**
 * By what factor a problem that takes many samples can be made smaller: sample sizes go with the square of the
 * tolerance, as long as that stays within the share. 1 where the problem itself is small and only its budget is large.
 */
function shrinkage(spec: JudgeSpec, budget: number): number {
  const rooms = askedOf(spec).map(({ share, tolerance }) => (0.6 * Math.min(share, 1 - share)) / tolerance);
  const steps = Math.min(...askedOf(spec).map(({ share }) => mostSteps(share)));
  const factor = Math.min(budget / steps, ...rooms.map((room) => room * room));
  const size = Math.max(...askedOf(spec).map((one) => approximateSamples(one, spec.alpha, versionPower(spec))));
  return size * 2 > steps && factor > 1 ? factor : 1;
}

function shrunk(spec: JudgeSpec, budget: number, factor: number): JudgeSpec {
  const wider = askedOf(spec).map(({ version, tolerance }) => [version, tolerance * Math.sqrt(factor)] as const);
  return { ...spec, tolerance: new Map(wider), budget: Math.round(budget / factor) };
}

/** The boundaries of the small problem, each of the kind that the large one has. */
function likewise(large: JudgeSpec, small: JudgeSpec): Boundaries[] {
  const aim = { level: levelsOf(askedOf(large), large).pass, power: versionPower(large) };
  const asked = askedOf(small);
  const huge = askedOf(large).map((one) => isHuge(one, aim));
  return boundariesOf(small).map((bounds, i) => (huge[i] ? { ...bounds, ...plainDesign(asked[i]!, aim) } : bounds));
}

function enlarged(expectation: Expectation, factor: number, share: number): Expectation {
  const { mean, median, p90, meanToFail } = expectation;
  return {
    ...expectation,
    share,
    mean: mean * factor,
    median: Math.round(median * factor),
    p90: Math.round(p90 * factor),
    meanToFail: meanToFail * factor,
  };
}

/**
 * What to expect of one version's sequential test where its true share is `share`; of a large budget, as if nothing
 * more was decided late in it.
 * @internal
 */
export function expectationAt(share: number, { region, failLow, failHigh }: Boundaries, budget: number): Expectation {
  const steps = Math.min(budget, mostSteps(share));
  const ends: Ends = walk(share, { pass: region, failLow, failHigh }, steps);
  return {
    share,
    pass: ends.pass,
    fail: ends.above + ends.below,
    inconclusive: ends.open,
    mean: ends.mean + (budget - steps) * ends.open,
    median: Math.min(budget, quantileOf(ends, 0.5)),
    p90: Math.min(budget, quantileOf(ends, 0.9)),
    meanToFail: ends.meanToFail,
  };
}

/**
 * The least expected number of samples under the asked share that any test can have whose P(PASS) is `power` there and
 * at most α at each edge: kl(power, α) / KL(share, edge) for the harder edge (A. Wald, 1945; information cannot come
 * faster).
 */
function floorOf(asked: AskedVersion, alpha: number, power: number): number {
  return Math.max(...edgesOf(asked).map((edge) => divergence(power, alpha) / divergence(asked.share, edge)));
}

/** Kullback–Leibler divergence of Bernoulli(p) from Bernoulli(q), in nats. */
function divergence(p: number, q: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return part(p, q) + part(1 - p, 1 - q);
}
