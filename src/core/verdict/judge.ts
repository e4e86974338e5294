import type { Outcome, Sample } from '../sample.ts';
import { fixedMethod } from './fixed.ts';
import { createHistory } from './history.ts';
import type { FailureJudgement, Judgement, Reason, VersionJudgement, VersionState } from './judgement.ts';
import { needsOf } from './needs.ts';
import type { Method } from './rule.ts';
import { sequentialMethod } from './sequential.ts';
import { askedOf, findProblem, type Asked, type JudgeSpec, type Problem } from './spec.ts';
import { createSuspicion } from './diagnostics.ts';

/** What a judge looks at in a sample. */
export interface Observation extends Pick<Sample, 'version' | 'outcome'> {
  /** When the probe started, ISO 8601; tells when a drift happened. */
  time?: string;
  /** The client address that the probe came from, where there are several; tells a sticky gateway. */
  source?: string;
}

export interface Judge {
  /**
   * Takes the next sample; true once the judgement is final. Later samples are not looked at. Samples are to be shown
   * in the order of their start: in the order of their end, slow answers and time-outs would come too late to be
   * counted.
   */
  observe(observation: Observation): boolean;
  /** The verdict so far, at no cost. */
  verdict(): Judgement['verdict'];
  /** The whole judgement so far, for people: intervals, order, and what would settle an open question. */
  judgement(): Judgement;
}

/** A judge for this split, or what is wrong with the numbers of the spec. */
export function createJudge(spec: JudgeSpec): { judge: Judge } | { problem: Problem } {
  const prepared = prepareJudge(spec);
  return 'problem' in prepared ? prepared : { judge: prepared.start() };
}

/** The costly part of a judge once, for any number of them. */
export function prepareJudge(spec: JudgeSpec): { start(): Judge } | { problem: Problem } {
  const problem = findProblem(spec);
  if (problem !== undefined) return { problem };
  const method = spec.method === 'fixed' ? fixedMethod(spec) : sequentialMethod(spec);
  return { start: () => startJudge(method, spec) };
}

interface Decision {
  verdict: Judgement['verdict'];
  reason: Reason;
}

interface Tally {
  samples: number;
  failures: number;
  counts: number[];
  states: VersionState[];
  byOutcome: FailureJudgement['byOutcome'];
  /** All counts have been in turn after every sample, and nothing failed. */
  inTurn: boolean;
}

/** Drift and sticky clients are looked for after this many samples, then each time there are twice as many. */
const firstSuspicion = 60;

function startJudge(method: Method, spec: JudgeSpec): Judge {
  const asked = askedOf(spec);
  const positions = new Map(asked.map(({ version }, i) => [version, i]));
  const tally = emptyTally(asked);
  const history = createHistory(asked.length);
  const suspicion = createSuspicion(history, asked, spec, method.budget);
  let final: Decision | undefined;
  let nextSuspicion = firstSuspicion;

  const suspect = (): Reason | undefined => {
    if (tally.samples < nextSuspicion) return undefined;
    nextSuspicion = 2 * tally.samples;
    return suspicion.early();
  };

  const decide = (): Decision | undefined => {
    const decision = decisionOn(tally, method, asked, spec.maxFailureRate);
    const last = tally.samples >= method.budget;
    // A hit where there may be none, and too many failures, need no independence.
    if (decision?.reason.kind === 'hit' || decision?.reason.kind === 'failures') return decision;
    const doubt = decision !== undefined || last ? suspicion.final() : suspect();
    // A wide miss is a FAIL after so few samples that one version alone may be chance; some more tell it from a sticky gateway.
    if (doubt?.kind === 'sticky' && tally.samples < firstSuspicion && !last) return undefined;
    if (doubt !== undefined) return { verdict: 'inconclusive', reason: doubt };
    return decision ?? (last ? { verdict: 'inconclusive', reason: openReason(tally, asked) } : undefined);
  };

  return {
    observe: ({ version, outcome, time, source }) => {
      if (final !== undefined) return true;
      const position = outcome === 'reply' && version !== null ? positions.get(version) : undefined;
      count(tally, position, outcome);
      history.add(position ?? asked.length, time, source);
      look(tally, method, asked, position);
      final = decide();
      return final !== undefined;
    },
    verdict: () => final?.verdict ?? 'inconclusive',
    judgement: () => {
      const versions = versionsOf(tally, method, asked);
      const { verdict, reason } = final ?? { verdict: 'inconclusive', reason: openReason(tally, asked) };
      const judgement = {
        verdict,
        final: final !== undefined,
        reason,
        method: spec.method,
        samples: tally.samples,
        budget: method.budget,
        alpha: spec.alpha,
        versions,
        failures: failuresOf(tally, method, spec.maxFailureRate),
        order: suspicion.order(),
      };
      return reason.kind === 'undecided' ? { ...judgement, needs: needsOf(judgement) } : judgement;
    },
  };
}

function emptyTally(asked: readonly Asked[]): Tally {
  const counts = asked.map(() => 0);
  return { samples: 0, failures: 0, counts, states: counts.map(() => 'undecided'), byOutcome: {}, inTurn: true };
}

/** An answer of a version that the route does not name is as good as none. */
function count(tally: Tally, position: number | undefined, outcome: Outcome): void {
  tally.samples++;
  if (position !== undefined) {
    tally.counts[position]!++;
    return;
  }
  const kind = outcome === 'reply' ? 'unknown' : outcome;
  tally.failures++;
  tally.byOutcome[kind] = (tally.byOutcome[kind] ?? 0) + 1;
}

/** @param seen the version of the newest sample */
function look(tally: Tally, method: Method, asked: readonly Asked[], seen: number | undefined): void {
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

function decisionOn(
  tally: Tally,
  method: Method,
  asked: readonly Asked[],
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

function provenByTurns({ inTurn, samples, states }: Tally, { turns }: Method, asked: readonly Asked[]): boolean {
  if (turns === undefined || !inTurn || samples < turns.samples) return false;
  return asked.every(({ share }, i) => share > 0 || states[i] === 'within');
}

function failReason(version: string, state: VersionState): Reason {
  return state === 'above' || state === 'below' ? { kind: 'share', version, state } : { kind: 'hit', version };
}

function openReason({ states }: Tally, asked: readonly Asked[]): Reason {
  const open = asked.flatMap(({ version }, i) => (states[i] === 'undecided' ? [version] : []));
  return open.length === 0 ? { kind: 'failures-undecided' } : { kind: 'undecided', versions: open };
}

function versionsOf(tally: Tally, method: Method, asked: readonly Asked[]): VersionJudgement[] {
  return asked.map((one, i) => {
    const count = tally.counts[i]!;
    const observed = tally.samples === 0 ? 0 : count / tally.samples;
    return { ...one, count, observed, interval: method.versions[i]!.interval(count, tally), state: tally.states[i]! };
  });
}

function failuresOf(tally: Tally, method: Method, limit: number): FailureJudgement {
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
