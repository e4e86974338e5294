import { ShiftError } from '../../errors.ts';
import type { Assignment } from './assignments.ts';
import { formatPercent, hundred, refuseRepeats } from './assignments.ts';
import type { Fraction } from './fraction.ts';
import { commonDenominator, fraction, sum } from './fraction.ts';
import type { Split } from './split.ts';

/** What the weights of a route may be; all of them are integers ≥ 0. */
export interface WeightLimits {
  maxWeight: number;
  maxSum: number;
  maxBackends: number;
}

/** A version whose exact share does not fit the limits. */
interface RoundedShare {
  version: string;
  asked: Fraction;
  /** Percent that its weight really gives it. */
  given: Fraction;
}

export interface WeightPlan {
  before: Split;
  after: Split;
  /** Empty where the weights give every version exactly what was asked. */
  rounded: readonly RoundedShare[];
}

/** Whether two splits give the same weights to the same versions, in whatever order. */
export function sameWeights(one: Split, other: Split): boolean {
  const weights = new Map(other.map(({ version, weight }) => [version, weight]));
  return one.length === other.length && one.every(({ version, weight }) => weights.get(version) === weight);
}

/** Of a split that is only asked about, and that no route has to hold. */
const looseLimits: WeightLimits = { maxWeight: 1_000_000, maxSum: 16_000_000, maxBackends: Infinity };

/** The split that the assignments make of the current one, where no route has to hold it. @throws ShiftError usage */
export function askedSplit(current: Split, assignments: readonly Assignment[]): Split {
  return planWeights(current, assignments, looseLimits).after;
}

function refuseUnknown(current: Split, assignments: readonly Assignment[]): void {
  const known = current.map(({ version }) => version);
  const unknown = assignments.find(({ version }) => !known.includes(version));
  if (!unknown) return;
  throw new ShiftError('usage', `the route has no version ${unknown.version}; it has ${known.join(', ')}`, {
    hint: `name one of: ${known.join(', ')}`,
  });
}

/** Percent left for the versions that were not named. */
function restOf(current: Split, assignments: readonly Assignment[]): Fraction {
  const total = sum(assignments.map(({ percent }) => percent));
  const all = assignments.length === current.length;
  if (total.gt(hundred)) {
    throw new ShiftError('usage', `the percentages sum to ${formatPercent(total)}, over 100%`, {
      hint: 'lower them to 100% in all',
    });
  }
  if (all && total.lt(hundred)) {
    throw new ShiftError('usage', `every version is named, and the percentages sum to ${formatPercent(total)}`, {
      hint: current.length > 1 ? 'make them sum to 100%, or leave one out: it gets the rest' : 'give it 100%',
    });
  }
  return hundred.sub(total);
}

/** Shares `rest` among `others` in proportion to what they have. */
function shareRest(rest: Fraction, others: Split): Assignment[] {
  if (rest.equals(0)) return others.map(({ version }) => ({ version, percent: rest }));
  if (others.length === 1) return [{ version: others[0]!.version, percent: rest }];
  const total = others.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) {
    const names = others.map(({ version }) => version);
    const message = `${formatPercent(rest)} is left, and ${names.join(', ')} all have 0 now`;
    const hint = `say who gets it, for example: ${names[0]}=${formatPercent(rest).replace(/^[≈<]/, '')}`;
    throw new ShiftError('usage', message, { hint });
  }
  return others.map(({ version, weight }) => ({ version, percent: rest.mul(weight, total) }));
}

/** The least integers in the proportions of `percents`, which sum to 100; percents themselves where they are integers. */
function exactWeights(percents: readonly Fraction[]): bigint[] {
  if (percents.every(({ d }) => d === 1n)) return percents.map(({ n }) => n);
  const ofOne = percents.map((percent) => percent.div(hundred));
  const scale = commonDenominator(ofOne);
  return ofOne.map((share) => share.mul(scale).n);
}

/**
 * Integers that sum to `total`, nearest to the proportions by the largest-remainder method (Hamilton's); no share above 0
 * becomes 0: what such a version needs is taken from the largest.
 */
function roundedWeights(percents: readonly Fraction[], total: number): bigint[] {
  const wanted = percents.map((percent) => percent.mul(total, 100));
  const weights = wanted.map((want) => (want.gt(0) && want.lt(1) ? 1n : want.floor().n));
  let left = BigInt(total) - weights.reduce((sum, weight) => sum + weight, 0n);
  const largestFirst = wanted
    .map((want, index) => ({ index, remainder: want.sub(weights[index]!) }))
    .sort((a, b) => b.remainder.compare(a.remainder) || a.index - b.index);
  for (const { index } of largestFirst) {
    if (left <= 0n) break;
    weights[index]! += 1n;
    left -= 1n;
  }
  const largest = weights.indexOf(weights.reduce((max, weight) => (weight > max ? weight : max), 0n));
  weights[largest]! += left;
  return weights;
}

function fits(weights: readonly bigint[], limits: WeightLimits): boolean {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  return total <= BigInt(limits.maxSum) && weights.every((weight) => weight <= BigInt(limits.maxWeight));
}

/**
 * The weights that give each named version what it was assigned, and the others the rest, in proportion to what they have.
 * They sum to 100 where integers allow it, else are the least exact integers, else the nearest that the limits allow.
 * @throws ShiftError usage: unknown version, version twice, wrong sum, a rest with nowhere to go, too many backends
 */
export function planWeights(current: Split, assignments: readonly Assignment[], limits: WeightLimits): WeightPlan {
  if (current.length > limits.maxBackends) {
    throw new ShiftError('usage', `the route has ${current.length} backends; it can have ${limits.maxBackends}`, {
      hint: `remove backends until ${limits.maxBackends} are left`,
    });
  }
  refuseUnknown(current, assignments);
  refuseRepeats(assignments);
  const named = new Set(assignments.map(({ version }) => version));
  const others = current.filter(({ version }) => !named.has(version));
  const wanted = [...assignments, ...shareRest(restOf(current, assignments), others)];
  const percentOf = new Map(wanted.map(({ version, percent }) => [version, percent]));
  const percents = current.map(({ version }) => percentOf.get(version)!);

  const exact = exactWeights(percents);
  const fit = fits(exact, limits);
  const weights = fit ? exact : roundedWeights(percents, limits.maxWeight);
  return {
    before: current,
    after: current.map(({ version }, index) => ({ version, weight: Number(weights[index]) })),
    rounded: fit ? [] : roundedShares(current, percents, weights),
  };
}

function roundedShares(current: Split, percents: readonly Fraction[], weights: readonly bigint[]): RoundedShare[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  return current
    .map(({ version }, index) => ({
      version,
      asked: percents[index]!,
      given: fraction(100n * weights[index]!, total),
    }))
    .filter(({ asked, given }) => !asked.equals(given));
}
