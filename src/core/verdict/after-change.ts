import { prepareJudge, type Judge, type Observation } from './judge.ts';
import type { Judgement, Reason } from './judgement.ts';
import { halfOfEach, watchPropagation, type Propagation, type PropagationReport } from './propagation.ts';
import type { JudgeSpec, Problem } from './spec.ts';

/** A judgement of a split that was just changed. */
export interface ChangeJudgement extends Judgement {
  propagation: PropagationReport;
  /** Which attempt this is, from 1; 0 while the new split is not in force. */
  attempt: number;
}

export interface ChangeJudge {
  observe(observation: Observation): boolean;
  judgement(): ChangeJudgement;
  /** The judgement where no more samples come than these. */
  end(): ChangeJudgement;
}

/** Attempts beyond this one would be judged so strictly that they seldom end. */
const mostAttempts = 5;

/**
 * Judges a split from the moment on at which it is in force. What is judged too early (gateways still out of step)
 * comes out wrong or drifting, and is judged again once the samples speak for the new split rather than for half of
 * each; where they never do, what came out stands. Attempt k has α_k = 6α / (π²k²), so that
 * a wrong split passes at any of them with probability ≤ α. The budget counts the samples of all attempts, and those
 * before the first.
 * @param before the shares before the change
 */
export function judgeAfterChange(
  spec: JudgeSpec,
  before: ReadonlyMap<string, number>,
): { judge: ChangeJudge } | { problem: Problem } {
  const prepared = prepareAfterChange(spec, before);
  return 'problem' in prepared ? prepared : { judge: prepared.start() };
}

/** The costly part of such judges once, for any number of them. @internal */
export function prepareAfterChange(
  spec: JudgeSpec,
  before: ReadonlyMap<string, number>,
): { start(): ChangeJudge } | { problem: Problem } {
  const unspent = prepareJudge(spec, 'changing');
  if ('problem' in unspent) return unspent;
  const attempts = new Map<number, ReturnType<typeof prepareJudge>>();
  /** Undefined where too few samples are left to decide anything. */
  const attemptWith = (attempt: number, seen: number): Judge | undefined => {
    const alpha = attemptAlpha(spec.alpha, attempt);
    const left = spec.budget === undefined ? {} : { budget: spec.budget - seen };
    const known = spec.budget === undefined ? attempts.get(attempt) : undefined;
    const prepared = known ?? prepareJudge({ ...spec, ...left, alpha }, 'changing');
    attempts.set(attempt, prepared);
    return 'problem' in prepared ? undefined : prepared.start();
  };
  // Until the change is in force there is a judge that has seen nothing.
  return { start: () => startChangeJudge(unspent.start(), attemptWith, spec, before) };
}

function startChangeJudge(
  unspent: Judge,
  attemptWith: (attempt: number, seen: number) => Judge | undefined,
  spec: JudgeSpec,
  before: ReadonlyMap<string, number>,
): ChangeJudge {
  const propagation = watchPropagation(before, spec.expected);
  let seen = 0;
  let attempt = 0;
  let judge = unspent;
  let waiting: Propagation | undefined = propagation;

  const nextJudge = (): Judge | undefined => {
    const next = attemptWith(attempt + 1, seen);
    if (next) attempt++;
    return next;
  };
  const wait = (inForce: boolean): boolean => {
    if (!inForce) return seen >= (spec.budget ?? Infinity);
    waiting = undefined;
    const next = nextJudge();
    judge = next ?? judge;
    return next === undefined;
  };

  const told = (judgement: Judgement): ChangeJudgement => ({
    ...judgement,
    propagation: propagation.report(),
    attempt,
  });

  return {
    observe: (observation) => {
      seen++;
      const isShown = propagation.observe(observation);
      // The sample that shows the change is no evidence for the new split any more.
      if (waiting) return wait(waiting === propagation ? isShown : waiting.observe(observation));
      if (!judge.observe(observation)) return false;
      if (attempt >= mostAttempts || !deservesAnother(judge.judgement())) return true;
      waiting = watchPropagation(halfOfEach(before, spec.expected), spec.expected);
      return wait(false);
    },
    judgement: () => told(judge.judgement()),
    end: () => told(judge.end()),
  };
}

/**
 * What gateways that are still out of step can cause; a budget that was too small, or a sticky gateway, will be so
 * again.
 */
const passing = new Set<Reason['kind']>(['share', 'hit', 'failures', 'clustered', 'drift']);

function deservesAnother({ reason }: Judgement): boolean {
  return passing.has(reason.kind);
}

/** The α of attempt k = 1, 2, … at the same question, 6α / (π²k²): all attempts together err at most at α. @internal */
export function attemptAlpha(alpha: number, attempt: number): number {
  return (6 * alpha) / (Math.PI * attempt) ** 2;
}
