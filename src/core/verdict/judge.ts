import type { Sample } from '../sample.ts';
import { fixedMethod } from './fixed.ts';
import { createHistory } from './history.ts';
import type { Judgement, Reason } from './judgement.ts';
import { needsOf } from './needs.ts';
import type { Method } from './rule.ts';
import { sequentialMethod } from './sequential.ts';
import { askedOf, findProblem, type JudgeSpec, type Problem } from './spec.ts';
import { createSuspicion } from './diagnostics.ts';
import { count, decisionOn, emptyTally, judgementOf, look, openReason, type Decision } from './tally.ts';

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

/** The costly part of a judge once, for any number of them. @internal */
export function prepareJudge(spec: JudgeSpec): { start(): Judge } | { problem: Problem } {
  const problem = findProblem(spec);
  if (problem !== undefined) return { problem };
  const method = spec.method === 'fixed' ? fixedMethod(spec) : sequentialMethod(spec);
  return { start: () => startJudge(method, spec) };
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
    // A wide miss is a FAIL after so few samples that its reason may be their order.
    if (decision?.verdict === 'fail' && tally.samples < firstSuspicion && !last && suspicion.hasty()) return undefined;
    const doubt = decision !== undefined || last ? suspicion.final() : suspect();
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
      const { verdict, reason } = final ?? { verdict: 'inconclusive', reason: openReason(tally, asked) };
      const judgement = {
        verdict,
        final: final !== undefined,
        reason,
        method: spec.method,
        ...judgementOf(tally, method, asked, spec.maxFailureRate),
        alpha: spec.alpha,
        order: suspicion.order(),
      };
      return reason.kind === 'undecided' ? { ...judgement, needs: needsOf(judgement) } : judgement;
    },
  };
}
