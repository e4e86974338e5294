import type { Sample } from '../sample.ts';
import { fixedMethod } from './fixed.ts';
import { createHistory } from './history.ts';
import type { Judgement, Reason } from './judgement.ts';
import { needsOf } from './needs.ts';
import type { Method } from './rule.ts';
import { sequentialMethod } from './sequential.ts';
import { askedOf, findProblem, type JudgeSpec, type Problem } from './spec.ts';
import { createSuspicion, type Occasion } from './diagnostics.ts';
import { count, decisionOn, emptyTally, judgementOf, look, openReason } from './tally.ts';

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
  /** The whole judgement so far, for people: intervals and order, and once it is final what would settle an open question. */
  judgement(): Judgement;
  /** The judgement where no more samples come than these: all doubts are asked, as at the end of the budget. */
  end(): Judgement;
}

type Ending = Pick<Judgement, 'verdict' | 'reason'>;

/** A judge for this split, or what is wrong with the numbers of the spec. */
export function createJudge(spec: JudgeSpec, occasion: Occasion = 'standing'): { judge: Judge } | { problem: Problem } {
  const prepared = prepareJudge(spec, occasion);
  return 'problem' in prepared ? prepared : { judge: prepared.start() };
}

/** The costly part of a judge once, for any number of them. */
export function prepareJudge(
  spec: JudgeSpec,
  occasion: Occasion = 'standing',
): { start(): Judge } | { problem: Problem } {
  const problem = findProblem(spec);
  if (problem !== undefined) return { problem };
  const method = spec.method === 'fixed' ? fixedMethod(spec) : sequentialMethod(spec);
  return { start: () => startJudge(method, spec, occasion) };
}

/** Drift and sticky clients are looked for after this many samples, then each time there are twice as many. */
const firstSuspicion = 60;

function startJudge(method: Method, spec: JudgeSpec, occasion: Occasion): Judge {
  const asked = askedOf(spec);
  const positions = new Map(asked.map(({ version }, i) => [version, i]));
  const tally = emptyTally(asked);
  const history = createHistory(asked.length);
  const suspicion = createSuspicion(history, asked, spec, { budget: method.budget, occasion });
  let final: Ending | undefined;
  let nextSuspicion = firstSuspicion;

  const inconclusive = (reason: Reason): Ending => ({ verdict: 'inconclusive', reason });
  const open = (): Ending => inconclusive(openReason(tally, asked));

  const suspect = (): Ending | undefined => {
    if (tally.samples < nextSuspicion) return undefined;
    nextSuspicion = 2 * tally.samples;
    const doubt = suspicion.early();
    return doubt && inconclusive(doubt);
  };

  /** What the samples come to, if anything yet. @param last whether there are no more */
  const decide = (last: boolean): Ending | undefined => {
    const decision = decisionOn(tally, method, asked, spec.maxFailureRate);
    // A hit where there may be none, and too many failures, need no independence.
    if (decision?.reason.kind === 'hit' || decision?.reason.kind === 'failures') return decision;
    if (decision === undefined && !last) return suspect();
    // A wide miss is a FAIL after so few samples that its reason may be their order.
    if (decision?.verdict === 'fail' && tally.samples < firstSuspicion && !last && suspicion.hasty()) return undefined;
    const doubt = suspicion.final(decision?.verdict ?? 'none');
    return doubt ? inconclusive(doubt) : (decision ?? open());
  };

  const judged = (ending: Ending, isOver: boolean): Judgement => {
    const judgement = {
      ...ending,
      final: final !== undefined,
      method: spec.method,
      ...judgementOf(tally, method, asked, spec.maxFailureRate),
      alpha: spec.alpha,
      order: suspicion.order(),
    };
    return isOver && ending.reason.kind === 'undecided' ? { ...judgement, needs: needsOf(judgement) } : judgement;
  };

  return {
    observe: ({ version, outcome, time, source }) => {
      if (final !== undefined) return true;
      const position = outcome === 'reply' && version !== null ? positions.get(version) : undefined;
      count(tally, position, outcome);
      history.add(position ?? asked.length, time, source);
      look(tally, method, asked, position);
      final = decide(tally.samples >= method.budget);
      return final !== undefined;
    },
    verdict: () => final?.verdict ?? 'inconclusive',
    judgement: () => judged(final ?? open(), final !== undefined),
    end: () => judged(final ?? decide(true)!, true),
  };
}
