/** The library: what the commands do, to be called by other programs. It prints nothing, keeps no state and leaves the process alone. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { silentProgress, systemClock, type Progress } from './io.ts';
import { connectSession, type SessionOptions } from './operations/connect.ts';
import type { Session } from './operations/session.ts';
import { kept } from './waiting.ts';

export type { CounterComparison, CounterWindow } from './core/comparison/counters.ts';
export type { CutJudgement, CutQuestion, HeldConnections } from './core/comparison/cuts.ts';
export type { ComparedOutcome, FailureComparison, FailureQuestion } from './core/comparison/failures.ts';
export type { LatencyLimit } from './core/comparison/latency-limit.ts';
export type {
  ComparedConnection,
  LatencyComparison,
  LatencyQuestion,
  SlowComparison,
} from './core/comparison/latency.ts';
export type { ObservedQuantile, QuantileComparison, QuantileQuestion } from './core/comparison/quantiles.ts';
export type {
  RampGate,
  RampJudgement,
  RampQuestion,
  RampStep,
  StepGate,
  StepJudgement,
} from './core/comparison/ramp.ts';
export type { JudgeSpec } from './core/verdict/spec.ts';
export type { Plan } from './core/verdict/plan.ts';
export { UnfinishedVerdict, type VerdictReport } from './core/verdict/report.ts';
export type { Assignment } from './core/weights/assignments.ts';
export { UnprovedShift, type ShiftResult } from './core/route/shift-result.ts';
export type { Split } from './core/weights/split.ts';
export type { StatusResult } from './core/route/status-result.ts';
export type { ErrorKind } from './errors.ts';
export type { Progress, Step } from './io.ts';
export type { ProbingSpec, Source } from './operations/verification/sources.ts';
export type { RouteLock } from './operations/route/lock.ts';
export type { Session } from './operations/session.ts';
export type { ShiftOptions } from './operations/shift/shift.ts';
export type { VerifyOptions } from './operations/verification/verify.ts';

export { compareCounters } from './core/comparison/counters.ts';
export { judgeCuts } from './core/comparison/cuts.ts';
export { compareFailures } from './core/comparison/failures.ts';
export { compareLatency } from './core/comparison/latency.ts';
export { compareQuantiles } from './core/comparison/quantiles.ts';
export { judgeRamp, rampGate } from './core/comparison/ramp.ts';
export { askAbout, type Question } from './core/verdict/question.ts';
export { parseAssignments } from './core/weights/assignments.ts';
export { ShiftError } from './errors.ts';
export { holdingRoute } from './operations/route/lock.ts';
export { findTarget, type Target, type TargetQuery } from './operations/route/target.ts';
export { sessionUntil } from './operations/session.ts';
export { shift } from './operations/shift/shift.ts';
export { readStatus, readStatuses } from './operations/status.ts';
export { expectedSplit } from './operations/verification/asked-split.ts';
export { planVerification } from './operations/verification/plan.ts';
export { counting, probing } from './operations/verification/sources.ts';
export { verify } from './operations/verification/verify.ts';

/** Which cluster, as whom, and how; kubectl's global flags in camel case, and what the command line takes from its process. */
export interface ConnectOptions extends SessionOptions {
  /**
   * Where KUBECONFIG, HOME, proxies and a pod's own cluster are looked up; empty where absent, and then `kubeconfig` has to be given.
   * `env: process.env` finds the cluster that kubectl would find.
   */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Ends all work of the session, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told what goes on; nobody is where absent. */
  progress?: Progress | undefined;
  /** Who holds a route, as others are told who find it held; another one for every session. Host and a random word where absent. */
  identity?: string | undefined;
}

/**
 * Opens a session with a cluster. Nothing has been asked of the server yet.
 * @throws ShiftError config: no kubeconfig, or nothing in it that fits; or the signal's reason
 */
export async function connect(options: ConnectOptions = {}): Promise<Session> {
  const { env = {}, signal, progress = silentProgress, identity = newIdentity(), ...cluster } = options;
  signal?.throwIfAborted();
  // A signal of its own, so that what is set for many listeners is not set on the caller's.
  const own = AbortSignal.any(signal ? [kept(signal)] : []);
  return connectSession(cluster, { progress, io: { env, clock: systemClock, identity, signal: own } });
}

function newIdentity(): string {
  return `a program on ${hostname()}, session ${randomUUID().slice(0, 8)}`;
}
