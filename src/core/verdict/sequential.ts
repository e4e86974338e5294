import { defined } from '../defined.ts';
import { confidenceSequence } from '../statistics/confidence-sequence.ts';
import { designPass, mirrored } from '../statistics/design.ts';
import { type Design, mirrorRegion } from '../statistics/pass-region.ts';
import type { Equivalence } from '../statistics/equivalence.ts';
import { failBound, type FailBound } from '../statistics/fail-bound.ts';
import { failureBound } from '../statistics/failure-rate.ts';
import { inTurn, turnDeviation, turnSamples } from '../statistics/round-robin.ts';
import type { Counts, FailureRule, Method, TurnRule, VersionRule } from './rule.ts';
import { askedOf, levelsOf, versionPower, type AskedVersion, type JudgeSpec, type Levels } from './spec.ts';

/**
 * How often a right split is doubted for drift or clusters, about, when it would have passed: the boundary makes up for
 * it.
 */
const doubted = 0.003;

/** When one version passes and fails, in whole counts. */
export interface Boundaries extends Design {
  /** At most −1 where nothing fails. */
  failLow: FailBound;
  failHigh: FailBound;
}

/**
 * A look after every sample, with error rates that hold for all looks together.
 *
 * False PASS ≤ α: a wrong split has a version v whose share lies at or beyond an edge of its tolerance. The split
 * passes only if v passed at some look (intersection–union), by its boundary or, with all others, by turns. The
 * boundary is crossed with probability ≤ 0.95 α, computed exactly or by Ville's inequality for the count Y of
 * connections routed to v; the rule sees X ≤ Y ≤ X + failures, and asks low ≤ X and X + failures ≤ high, which implies
 * low ≤ Y ≤ high, whatever makes connections fail and however many versions there are. Turns are taken by chance with
 * probability ≤ 0.02 α.
 *
 * False FAIL ≤ α: the bounds of a version whose share is within its tolerance are reached with at most that version's part of α (at the upper edge by
 * the upper bound with that part, by the lower one with about its fifth power, and so on; a test computes it), the bound on failures with its own, and
 * the parts sum to α (Bonferroni); "above" needs X, "below" needs X + failures, each the count that is less
 * in favour. What a judge adds to these rules (holding a PASS back while failures are many, taking a verdict back for
 * drift or clusters) only turns verdicts into INCONCLUSIVE.
 */
export function sequentialMethod(spec: JudgeSpec, boundaries: readonly Boundaries[] = boundariesOf(spec)): Method {
  const asked = askedOf(spec);
  const levels = levelsOf(asked, spec);
  const turns = turnRule(asked, levels);
  const budget = spec.budget ?? Math.max(...boundaries.map(({ horizon }) => horizon));
  return {
    budget,
    versions: asked.map((one, i) => versionRule(one, tabulated(boundaries[i]!, budget), spec.alpha)),
    failures: failureRule(spec, levels),
    ...defined({ turns }),
  };
}

/** The boundaries of every version, in the order of the spec. */
export function boundariesOf(spec: JudgeSpec): Boundaries[] {
  const asked = askedOf(spec);
  const levels = levelsOf(asked, spec);
  const known = new Map<string, Boundaries>();
  const lower = (question: Equivalence) => {
    const key = `${question.share} ± ${question.tolerance}`;
    const boundaries = known.get(key) ?? boundariesFor(question, spec, levels);
    known.set(key, boundaries);
    return boundaries;
  };
  // One computation serves both of two versions, and makes their answers mirror each other exactly.
  return asked.map(({ share, tolerance }) =>
    share > 0.5
      ? mirrorBoundaries(lower(mirrored({ share, tolerance })))
      : lower(mirrored(mirrored({ share, tolerance }))),
  );
}

function boundariesFor(question: Equivalence, spec: JudgeSpec, levels: Levels): Boundaries {
  const high = failBound(question, levels.fail);
  const low = failBound(mirrored(question), levels.fail);
  // A version of share 0 has no turn to take, so turns cannot pass it.
  const level = question.share === 0 ? spec.alpha : levels.pass;
  return {
    ...designPass(question, { level, power: designPower(spec), budget: spec.budget }),
    failHigh: high ?? ((n) => n + 1),
    failLow: low === undefined ? () => -1 : (n) => n - low(n),
  };
}

/** The power of the boundary, a little over the asked one; never so close to 1 that the little takes many samples. */
function designPower(spec: JudgeSpec): number {
  const power = versionPower(spec);
  return power + Math.min(doubted, (1 - power) / 2);
}

function mirrorBoundaries({ region, horizon, failLow, failHigh }: Boundaries): Boundaries {
  return { region: mirrorRegion(region), horizon, failLow: (n) => n - failHigh(n), failHigh: (n) => n - failLow(n) };
}

/** The four counts that decide after n samples. */
type Limits = Record<'low' | 'high' | 'failLow' | 'failHigh', (n: number) => number>;

/** Beyond this many samples the limits are computed at each look instead of kept. */
const mostKept = 20_000;

/** The limits with their first samples computed once, so that a look only compares. */
function tabulated({ region, failLow, failHigh }: Boundaries, budget: number): Limits {
  const kept = Math.min(budget, mostKept);
  const keep = (limit: (n: number) => number) => {
    const table = Int32Array.from({ length: kept + 1 }, (_, n) => limit(n));
    return (n: number) => (n <= kept ? table[n]! : limit(n));
  };
  return {
    low: keep((n) => region(n).low),
    high: keep((n) => region(n).high),
    failLow: keep(failLow),
    failHigh: keep(failHigh),
  };
}

function versionRule({ share }: AskedVersion, limits: Limits, alpha: number): VersionRule {
  return {
    look: (count, { samples, failures }) => {
      if (count >= limits.failHigh(samples)) return 'above';
      if (count + failures <= limits.failLow(samples)) return 'below';
      return count >= limits.low(samples) && count + failures <= limits.high(samples) ? 'within' : 'undecided';
    },
    interval: (count, { samples, failures }) => ({
      low: confidenceSequence(count, samples, share, alpha).low,
      high: confidenceSequence(count + failures, samples, share, alpha).high,
    }),
  };
}

function failureRule({ maxFailureRate, alpha }: JudgeSpec, levels: Levels): FailureRule {
  const bound = failureBound(maxFailureRate, levels.failures);
  return {
    above: ({ samples, failures }: Counts) => failures > maxFailureRate * samples && failures >= bound(samples),
    interval: ({ samples, failures }) => confidenceSequence(failures, samples, maxFailureRate, alpha),
  };
}

function turnRule(asked: readonly AskedVersion[], levels: Levels): TurnRule | undefined {
  const taking = asked.filter(({ share }) => share > 0);
  if (levels.turns === 0) return undefined;
  const deviation = turnDeviation(taking.length);
  return {
    samples: Math.max(...taking.map((one) => turnSamples(one, deviation, levels.turns))),
    inTurn: (position, count, samples) => inTurn(count, samples, asked[position]!.share, deviation),
  };
}
