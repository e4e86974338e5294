import { defined } from '../defined.ts';
import { parts } from '../statistics/betting.ts';
import { cutParts } from '../statistics/cut-share.ts';
import { evidenceOverSteps, type EvidenceOverSteps } from '../statistics/evidence-over-steps.ts';
import { countCuts, harmLogsOf, judgeCuts, type CutJudgement, type HeldConnections } from './cuts.ts';
import { failureGate, type FailureComparison } from './failures.ts';
import { latencyGate, type ComparedConnection, type LatencyComparison, type LatencyQuestion } from './latency.ts';
import { firstProof, type FirstProof, type Verdict } from './proof.ts';
import { usualLimits } from './latency-limit.ts';
import { usualAlpha } from './question.ts';

/** What is asked at every step of a ramp. What is not asked for does not count. */
export interface RampQuestion {
  /** .05, for each step's PASS and for the whole ramp's FAIL. */
  alpha?: number | undefined;
  /** How much oftener new may fail than old; .01. */
  margin?: number | undefined;
  latency?: Omit<LatencyQuestion, 'alpha'> | undefined;
  /** The most acceptable share of held connections that a step cuts. */
  maxCutShare?: number | undefined;
}

/** What was seen in a step. */
export interface RampStep {
  /** In the order of their start, none left out. */
  connections: Iterable<ComparedConnection>;
  /** Connections held through the step, at the end of the watch. */
  held?: readonly HeldConnections[] | undefined;
}

export interface StepJudgement {
  /**
   * pass: every metric passes by this step's connections alone · fail: the ramp has come to its FAIL, all steps together ·
   * inconclusive: neither.
   */
  verdict: Verdict;
  failures: FailureComparison;
  latency?: LatencyComparison;
  cuts?: CutJudgement;
  /** ln of the evidence of all steps so far against "new is no worse in anything"; FAIL once it has reached ln(1/α). */
  harm: number;
}

/** What became of a ramp: fail from the step on that failed, which is the last of them; pass where every step passes. */
export interface RampJudgement {
  verdict: Verdict;
  steps: StepJudgement[];
}

/** How much of the capital bets on each metric; what is not watched leaves its part to the others. */
const shares = { failures: 0.4, latency: 0.4, cuts: 0.2 };

/** A ramp that goes on. */
export interface RampGate {
  /** Ends the step at hand, and starts the next. */
  nextStep(): StepGate;
}

/** The step at hand. */
export interface StepGate {
  /** Takes the next connection, in the order of their start; true once the ramp fails. */
  observe(connection: ComparedConnection): boolean;
  /** Takes what has become of all connections held so far; true once the ramp fails. */
  watch(held: readonly HeldConnections[]): boolean;
  /** What has come of this step, as long as no other has started. @param ended whether held connections have been watched to the end */
  judgement(ended: boolean): StepJudgement;
}

/** @throws ShiftError usage: anything that nothing can be proved with */
export function rampGate(question: RampQuestion): RampGate {
  const overSteps = evidenceOverSteps(weightsOf(question));
  const ramp = { overSteps, proof: firstProof(question.alpha ?? usualAlpha) };
  // What is wrong with the question is said now, not once the first step starts.
  startStep(question, ramp);
  let endStep: (() => void) | undefined;
  return {
    nextStep: () => {
      endStep?.();
      const { logs, gate } = startStep(question, ramp);
      endStep = () => overSteps.endStep(logs());
      return gate;
    },
  };
}

/** What goes on from step to step. */
interface Ramp {
  overSteps: EvidenceOverSteps;
  proof: FirstProof;
}

/** The weight of each bet, in the order of a step's logs. */
function weightsOf({ latency, maxCutShare }: RampQuestion): number[] {
  const { length: limits } = latency?.limits ?? usualLimits;
  const slow = Array.from({ length: limits }, () => parts.map((part) => part / limits)).flat();
  const weights = [
    ...parts.map((part) => shares.failures * part),
    ...(latency === undefined ? [] : slow.map((part) => shares.latency * part)),
    ...(maxCutShare === undefined ? [] : cutParts.map((part) => shares.cuts * part)),
  ];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function startStep(
  { alpha = usualAlpha, margin, latency, maxCutShare }: RampQuestion,
  { overSteps, proof }: Ramp,
): { gate: StepGate; logs: () => ArrayLike<number> } {
  const failures = failureGate({ margin, alpha });
  const slow = latency && latencyGate({ ...latency, alpha });
  let held: readonly HeldConnections[] = [];
  let cutLogs = maxCutShare === undefined ? [] : harmLogsOf(countCuts(held), maxCutShare);
  const logs = () => joined([failures.harmLogs, ...(slow?.harmLogs ?? []), cutLogs]);
  const harm = () => overSteps.evidence(logs());
  const fails = () => proof.verdict === 'fail';
  const look = () => {
    proof.look({ harm: harm(), safety: 0 });
    return fails();
  };
  const gate: StepGate = {
    observe: (connection) => {
      const { blocks } = failures;
      failures.observe({ version: connection.version, failed: connection.latencyMs === null });
      slow?.observe(connection);
      // Both bet on the same blocks.
      return failures.blocks === blocks ? fails() : look();
    },
    watch: (now) => {
      held = now;
      if (maxCutShare !== undefined) cutLogs = harmLogsOf(countCuts(held), maxCutShare);
      return look();
    },
    judgement: (ended) => {
      const cuts = maxCutShare === undefined ? undefined : judgeCuts(held, { maxShare: maxCutShare, alpha, ended });
      const metrics = {
        failures: failures.comparison(),
        ...defined({ latency: slow?.comparison() }),
        ...defined({ cuts }),
      };
      const passes = Object.values(metrics).every(({ verdict }) => verdict === 'pass');
      return { verdict: fails() ? 'fail' : passes ? 'pass' : 'inconclusive', ...metrics, harm: harm() };
    },
  };
  return { gate, logs };
}

function joined(lists: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/**
 * Judges a ramp that shifts step by step. A new version that is worse in one metric, by its margin or more, passes a step with
 * probability ≤ α, and every step only if it passes each. One that is within all margins fails anywhere in the whole ramp with
 * probability ≤ α, without a correction for the number of steps, metrics or looks.
 * @throws ShiftError usage: anything that nothing can be proved with
 */
export function judgeRamp(steps: Iterable<RampStep>, question: RampQuestion = {}): RampJudgement {
  const ramp = rampGate(question);
  const judged: StepJudgement[] = [];
  for (const { connections, held = [] } of steps) {
    const step = ramp.nextStep();
    for (const connection of connections) if (step.observe(connection)) break;
    step.watch(held);
    const judgement = step.judgement(true);
    judged.push(judgement);
    if (judgement.verdict === 'fail') return { verdict: 'fail', steps: judged };
  }
  const passed = judged.length > 0 && judged.every(({ verdict }) => verdict === 'pass');
  return { verdict: passed ? 'pass' : 'inconclusive', steps: judged };
}
