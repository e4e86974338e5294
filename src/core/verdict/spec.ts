import { normalQuantile } from '../statistics/chi-squared.ts';
import { leastSamples, type Equivalence } from '../statistics/equivalence.ts';

/** What is asked of a split, and how sure the answer has to be. */
export interface JudgeSpec {
  /**
   * The asked share of every version of the route, in [0, 1], summing to 1. A share of 0 allows no connection at all.
   */
  expected: ReadonlyMap<string, number>;
  /** How far a true share may lie from the asked one, in (0, 1): one number for all, or one for each version. */
  tolerance: number | ReadonlyMap<string, number>;
  /** The most often that a PASS of a wrong split, and a FAIL of a right one, may happen. */
  alpha: number;
  /** How often a split that is exactly right has to PASS. */
  power: number;
  /** The highest acceptable share of connections without an answer of a known version; 0 allows none. */
  maxFailureRate: number;
  /** The most samples to take; the method's own plan where absent. */
  budget?: number;
  method: 'sequential' | 'fixed';
  /** Whether versions that take turns may PASS by their order alone; they may where absent. */
  turns?: boolean;
}

/** A number that no judge can work with, and the least and most that would work. */
export interface Problem {
  field: 'expected' | 'tolerance' | 'alpha' | 'power' | 'maxFailureRate' | 'budget';
  asked: number;
  version?: string;
  least: number;
  most: number;
}

/** One version with its question. */
export interface AskedVersion extends Equivalence {
  version: string;
}

/** More samples than this are not planned for: a day at a dozen a second. */
const mostSamples = 1_000_000;

/** The versions in the order of the spec, each with its share and its tolerance. */
export function askedOf({ expected, tolerance }: JudgeSpec): AskedVersion[] {
  return [...expected].map(([version, share]) => ({
    version,
    share,
    tolerance: typeof tolerance === 'number' ? tolerance : (tolerance.get(version) ?? 0),
  }));
}

/** How α is spent. */
export interface Levels {
  /** On each version's PASS: all of them have to pass, so none needs a correction (intersection–union). */
  pass: number;
  /** On a PASS by turns; 0 where there is none. */
  turns: number;
  /** On the FAIL of a version, whichever side it is on. */
  fail: number;
  /** On the failure rate. */
  failures: number;
}

/**
 * Every FAIL together may happen at most at α: a tenth of it watches the failure rate, the rest is shared by the versions that are to get something
 * (Bonferroni). Two versions share one question, because what one of them has too much of the other has too little of. Nor is a version's part
 * halved between "too much" and "too little": a share can be at one edge of its tolerance only, and there the other bound is out of reach. A sequential
 * PASS gives 2 % of α to the proof by turns and leaves 3 % unspent: rates that are exactly α would look like more in half of all simulations.
 */
export function levelsOf(asked: readonly AskedVersion[], { alpha, method, turns = true }: JudgeSpec): Levels {
  const taking = asked.filter(({ share }) => share > 0).length;
  const spared = method === 'sequential' && taking > 1;
  const byTurns = spared && turns ? 0.02 * alpha : 0;
  return {
    pass: spared ? 0.97 * alpha - byTurns : alpha,
    turns: byTurns,
    fail: (0.9 * alpha) / (taking > 2 ? taking : 1),
    failures: 0.1 * alpha,
  };
}

/**
 * The power that each version needs for the whole split to have the asked one; with two versions each passes exactly
 * when the other does.
 */
export function versionPower({ expected, power }: JudgeSpec): number {
  return expected.size <= 2 ? power : 1 - (1 - power) / expected.size;
}

/** The first number of the spec that cannot work, or undefined. */
export function findProblem(spec: JudgeSpec): Problem | undefined {
  return findLevelProblem(spec) ?? findShareProblem(spec) ?? findToleranceProblem(spec) ?? findBudgetProblem(spec);
}

/** The same of the numbers that need no split to be wrong. */
export function findLevelProblem({
  alpha,
  power,
  maxFailureRate,
}: Pick<JudgeSpec, 'alpha' | 'power' | 'maxFailureRate'>): Problem | undefined {
  return (
    outside('alpha', alpha, 1e-12, 0.5) ??
    outside('power', power, 0.01, 0.9999) ??
    outside('maxFailureRate', maxFailureRate, 0, 0.99)
  );
}

function outside(field: Problem['field'], asked: number, least: number, most: number): Problem | undefined {
  return asked >= least && asked <= most ? undefined : { field, asked, least, most };
}

function findShareProblem({ expected }: JudgeSpec): Problem | undefined {
  let sum = 0;
  for (const [version, share] of expected) {
    if (!(share >= 0 && share <= 1)) return { field: 'expected', asked: share, version, least: 0, most: 1 };
    sum += share;
  }
  return Math.abs(sum - 1) < 1e-9 ? undefined : { field: 'expected', asked: sum, least: 1, most: 1 };
}

/** The tolerance that is furthest from what would work, so that as many times what was asked works for all. */
function findToleranceProblem(spec: JudgeSpec): Problem | undefined {
  const most = 0.99;
  const problems = askedOf(spec).flatMap(({ version, share, tolerance: asked }): Problem[] => {
    const least = leastTolerance(share, spec);
    return asked >= least && asked < 1 ? [] : [{ field: 'tolerance', asked, version, least, most }];
  });
  const far = ({ asked, least }: Problem) => Math.max(least / asked, asked / most);
  return problems.length === 0 ? undefined : problems.reduce((one, other) => (far(other) > far(one) ? other : one));
}

/** The tolerance that a million samples can prove, to one digit. */
function leastTolerance(share: number, { alpha, power }: JudgeSpec): number {
  const z = normalQuantile(alpha) + normalQuantile((1 - power) / 2);
  const normal = Math.sqrt((z * z * share * (1 - share)) / mostSamples);
  const least = Math.max(normal, -Math.log(alpha) / mostSamples);
  const digit = 10 ** Math.floor(Math.log10(least));
  return Number((Math.ceil(least / digit) * digit).toPrecision(1));
}

function findBudgetProblem(spec: JudgeSpec): Problem | undefined {
  if (spec.budget === undefined) return undefined;
  const asked = askedOf(spec);
  const { pass } = levelsOf(asked, spec);
  const least = Math.max(...asked.map((one) => leastSamples(one, pass)));
  return outside('budget', spec.budget, least, Infinity);
}
