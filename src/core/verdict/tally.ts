import type { Outcome } from '../sample.ts';
import type { FailureJudgement, Reason, VersionJudgement, VersionState } from './judgement.ts';
import type { Method } from './rule.ts';
import type { AskedVersion } from './spec.ts';

/** A verdict with what carried it. */
export interface Decision {
  verdict: 'pass' | 'fail';
  reason: Reason;
}

/** What was counted, and what it has proved of each version so far. */
export interface VerdictTally {
  samples: number;
  failures: number;
  counts: number[];
  states: VersionState[];
  byOutcome: FailureJudgement['byOutcome'];
  /** All counts have been in turn after every sample, and nothing failed. */
  inTurn: boolean;
}

/** Before the first sample. */
export function emptyTally(asked: readonly AskedVersion[]): VerdictTally {
  const counts = asked.map(() => 0);
  return { samples: 0, failures: 0, counts, states: counts.map(() => 'undecided'), byOutcome: {}, inTurn: true };
}

/**
 * Counts samples. An answer of a version that the route does not name is as good as none.
 * @param position of the version that answered; undefined for another one, or none
 */
export function count(tally: VerdictTally, position: number | undefined, outcome: Outcome, times = 1): void {
  tally.samples += times;
  if (position !== undefined) {
    tally.counts[position]! += times;
    return;
  }
  const kind = outcome === 'reply' ? 'unknown' : outcome;
  tally.failures += times;
  tally.byOutcome[kind] = (tally.byOutcome[kind] ?? 0) + times;
}

/**
 * Judges every version by the counts as they are.
 * @param seen the version of the newest sample
 */
export function look(
  tally: VerdictTally,
  method: Method,
  asked: readonly AskedVersion[],
  seen: number | undefined,
): void {
  if (seen !== undefined && asked[seen]!.share === 0) tally.states[seen] = 'hit';
  if (seen === undefined) tally.inTurn = false;
  for (let i = 0; i < asked.length; i++) {
    const state = tally.states[i]!;
    if (state === 'hit') continue;
    const found = method.versions[i]!.look(tally.counts[i]!, tally);
    if (state !== 'within' || found === 'above' || found === 'below') tally.states[i] = found;
    if (tally.inTurn && method.turns !== undefined)
      tally.inTurn = method.turns.inTurn(i, tally.counts[i]!, tally.samples);
  }
}

/** What the counts decide, if anything. */
export function decisionOn(
  tally: VerdictTally,
  method: Method,
  asked: readonly AskedVersion[],
  maxFailureRate: number,
): Decision | undefined {
  const wrong = tally.states.findIndex((state) => state === 'hit' || state === 'above' || state === 'below');
  if (wrong >= 0) return { verdict: 'fail', reason: failReason(asked[wrong]!.version, tally.states[wrong]!) };
  if (tally.failures > 0 && method.failures.above(tally)) return { verdict: 'fail', reason: { kind: 'failures' } };
  if (tally.failures > maxFailureRate * tally.samples) return undefined;
  if (tally.states.every((state) => state === 'within')) return { verdict: 'pass', reason: { kind: 'within' } };
  if (!provenByTurns(tally, method, asked)) return undefined;
  tally.states.fill('within');
  return { verdict: 'pass', reason: { kind: 'turns' } };
}

function provenByTurns(
  { inTurn, samples, states }: VerdictTally,
  { turns }: Method,
  asked: readonly AskedVersion[],
): boolean {
  if (turns === undefined || !inTurn || samples < turns.samples) return false;
  return asked.every(({ share }, i) => share > 0 || states[i] === 'within');
}

function failReason(version: string, state: VersionState): Reason {
  return state === 'above' || state === 'below' ? { kind: 'share', version, state } : { kind: 'hit', version };
}

/** Why nothing is decided; a version beyond its tolerance, on samples that are doubted, is as open as one of which nothing is proven. */
export function openReason({ states }: VerdictTally, asked: readonly AskedVersion[]): Reason {
  const open = asked.flatMap(({ version }, i) => (states[i] === 'within' ? [] : [version]));
  return open.length === 0 ? { kind: 'failures-undecided' } : { kind: 'undecided', versions: open };
}

/** The part of a judgement that counts alone decide. */
export function judgementOf(tally: VerdictTally, method: Method, asked: readonly AskedVersion[], limit: number) {
  return {
    samples: tally.samples,
    budget: method.budget,
    versions: versionsOf(tally, method, asked),
    failures: failuresOf(tally, method, limit),
  };
}

function versionsOf(tally: VerdictTally, method: Method, asked: readonly AskedVersion[]): VersionJudgement[] {
  return asked.map((one, i) => {
    const count = tally.counts[i]!;
    const observed = tally.samples === 0 ? 0 : count / tally.samples;
    return { ...one, count, observed, interval: method.versions[i]!.interval(count, tally), state: tally.states[i]! };
  });
}

function failuresOf(tally: VerdictTally, method: Method, limit: number): FailureJudgement {
  const high = tally.failures > limit * tally.samples;
  return {
    count: tally.failures,
    rate: tally.samples === 0 ? 0 : tally.failures / tally.samples,
    interval: method.failures.interval(tally),
    limit,
    state: tally.failures > 0 && method.failures.above(tally) ? 'above' : high ? 'high' : 'acceptable',
    byOutcome: tally.byOutcome,
  };
}
