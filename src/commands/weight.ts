import type { DryRun } from '../cluster/cluster.ts';
import { formatPercent, parseAssignments, readWeightArguments } from '../core/weights/assignments.ts';
import { exitCodes, ShiftError, type ErrorKind, type ExitCode } from '../errors.ts';
import { formatDuration } from '../core/duration.ts';
import type { WeightPlan } from '../core/weights/plan.ts';
import type { CommandContext } from './context.ts';
import { emit } from '../report/emit.ts';
import type { Progress } from '../io.ts';
import { weightLines } from '../report/weight.ts';
import { versionChanges, type ShiftResult } from '../core/route/shift-result.ts';
import { planRoute } from '../routing/backends.ts';
import type { RouteView } from '../routing/routing-api.ts';
import { needExchange, type ExchangeOptions } from '../operations/probing/probe-spec.ts';
import { expectedWatchMs, observeChange, refuseTooAlike } from '../operations/shift/watch-change.ts';
import { waitProgrammed } from '../operations/gateways/weights.ts';
import { waitReady } from '../operations/route/readiness.ts';
import { holdingRoute } from '../operations/route/lock.ts';
import { defined } from '../core/defined.ts';
import { openSession, openTarget, type GlobalOptions } from './session.ts';
import type { Session } from '../operations/session.ts';
import { statusCommand, type Target } from '../operations/route/target.ts';
import { openVantage } from '../operations/probing/vantage.ts';
import { isUnchanged, writeWeights, type WrittenWeights } from '../operations/route/write-weights.ts';

type Proof = 'none' | 'accepted' | 'programmed' | 'observed';

export interface WeightOptions extends GlobalOptions, ExchangeOptions {
  args: string[];
  allTo?: string;
  listenerPort?: number;
  wait?: Proof;
  output: 'text' | 'json' | 'yaml';
  dryRun: DryRun;
  fieldManager: string;
  forceConflicts?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Moves shares of new connections between the versions of a route. */
export async function weight(options: WeightOptions, { io }: CommandContext): Promise<ExitCode> {
  const { route, words } = readWeightArguments(options.args);
  const assignments = parseAssignments(words, options.allTo);
  const session = await openSession(options, io);
  const target = await openTarget({ ...options, ...defined({ route }) }, session);
  const decide = (view: RouteView): WeightPlan => planRoute(view, assignments, target.api.limits);

  // What cannot be is refused before anything is written, and what is so already needs no lease.
  const live = !isUnchanged(decide(target.view)) && options.dryRun === 'none';
  const write = (): Promise<WrittenWeights> => writeWeights(target, decide, { ...options, session });
  const { plan, ...written } = live ? await holdingRoute(target, session, write) : await write();
  const proof = live
    ? await prove({ ...target, view: written.view }, { plan, ...written }, { options, session })
    : unproved;
  const report: ShiftResult = {
    route: target.view.ref,
    changed: written.changed,
    dryRun: options.dryRun,
    versions: versionChanges(target.view.split, plan.after),
    rounded: plan.rounded.map(({ version, asked, given }) => ({
      version,
      asked: formatPercent(asked),
      given: formatPercent(given),
    })),
    proof,
  };
  emit(io, options.output, { kind: 'WeightChange', body: report, lines: weightLines(report) });
  return exitCodes.ok;
}

/**
 * Where every proxy has the weights, connections that do not show them (as behind a sticky gateway) are waited for this long beyond twice the time
 * that the watch should take.
 */
const basePatienceMs = 5000;

const unproved: ShiftResult['proof'] = { level: 'none' };

interface Written {
  plan: WeightPlan;
  writtenAt: number;
}

/** Every proof that is to be had, up to the one that was asked for; without asking, what cannot be had is said and passed over. */
async function prove(
  target: Target,
  { plan, writtenAt }: Written,
  { options, session }: { options: WeightOptions; session: Session },
): Promise<ShiftResult['proof']> {
  const { wait, timeout: timeoutMs } = options;
  if (wait === 'none') return unproved;
  const proof: ShiftResult['proof'] = { level: 'accepted' };
  const hint = statusCommand(target);
  const stop = new AbortController();
  const signal = AbortSignal.any([session.io.signal, stop.signal]);
  const watching = { ...session, io: { ...session.io, signal } };
  let allProgrammed: boolean | undefined;
  // Connections are watched from the write on: the first that obeys tells how long the change took.
  const observing = attempt(wait === 'observed', proof, async () => {
    if (wait === 'accepted' || wait === 'programmed') return undefined;
    if (wait !== 'observed') refuseTooAlike(plan.before, plan.after);
    const exchange = await needExchange(options, target, watching);
    const vantage = await openVantage({}, target, watching);
    return observeChange(
      { before: plan.before, after: plan.after, writtenAt, timeoutMs, hint, allProgrammed: () => allProgrammed },
      { vantage, exchange },
      watching,
    );
  });
  observing.catch(() => {});
  try {
    proof.accepted = await stage(session.progress, 'Waiting until the route is accepted', () =>
      waitReady(target, session, { timeoutMs, addressMs: 0, hint: () => hint }),
    );
    if (wait === 'accepted') return proof;
    const programmed = await stage(session.progress, 'Reading the weights in every gateway', () =>
      attempt(wait === 'programmed', proof, () => waitProgrammed(target, plan.after, session, timeoutMs)),
    );
    allProgrammed = programmed !== undefined;
    if (programmed) {
      const since = (at: number): number => Math.max(0, Math.round(at - writtenAt));
      const pods = programmed.map(({ pod, weights, seenAt }) => ({ pod, weights, afterMs: since(seenAt) }));
      Object.assign(proof, { level: 'programmed', programmed: pods });
    }
    if (wait === 'programmed') return proof;
    const patienceMs = basePatienceMs + 2 * expectedWatchMs(plan.before, plan.after);
    const patience = async (): Promise<undefined> => {
      await session.io.clock.sleep(patienceMs, signal);
      throw new ShiftError('timeout', `connections did not show the new split in ${formatDuration(patienceMs)}`, {
        hint,
      });
    };
    const observed = await stage(session.progress, 'Watching connections through the gateway', () =>
      programmed && wait === undefined
        ? attempt(false, proof, () => Promise.race([observing, patience()]), 'timeout')
        : observing,
    );
    if (observed) Object.assign(proof, { level: 'observed', observed });
    return proof;
  } finally {
    stop.abort();
  }
}

async function stage<T>(progress: Progress, text: string, run: () => Promise<T>): Promise<T> {
  const step = progress.step(text);
  try {
    const result = await run();
    // What is not to be had is passed over without a result.
    if (result === undefined) step.fail();
    else step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}

/** Kinds of error that say that a proof is not to be had here, rather than that the weights are not in force. */
const notToBeHad: readonly ErrorKind[] = ['unreachable', 'usage', 'forbidden', 'cluster', 'notFound'];

async function attempt<T>(
  needed: boolean,
  proof: ShiftResult['proof'],
  run: () => Promise<T>,
  ...passedOver: ErrorKind[]
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (needed || !(error instanceof ShiftError) || ![...notToBeHad, ...passedOver].includes(error.kind)) throw error;
    proof.notProved = [...(proof.notProved ?? []), error.message];
    return undefined;
  }
}
