import type { PodPages } from '../../cluster/pods/pages.ts';
import type { Proof, Proofs } from '../../core/route/proof.ts';
import type { ObservedChange, ProgrammedGateway } from '../../core/route/shift-result.ts';
import { formatDuration } from '../../core/duration.ts';
import { askAbout } from '../../core/verdict/question.ts';
import { splitText, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { Moment, Progress } from '../../io.ts';
import { alarm, orAbort } from '../../waiting.ts';
import { waitProgrammed } from '../gateways/programmed.ts';
import type { ProbeSpec } from '../probing/probe-spec.ts';
import { waitReady } from '../route/readiness.ts';
import { guardSplit, OverwrittenRoute } from '../route/route-guard.ts';
import { statusCommand, verifyCommand, type Target } from '../route/target.ts';
import { sessionUntil, type Session } from '../session.ts';
import { probing } from '../verification/sources.ts';
import { verify } from '../verification/verify.ts';
import { expectedWatchMs, type ConnectionWatch } from './connection-watch.ts';
import { notToBeHad, orLacking, type Wait } from './proof.ts';

export interface ProveOptions {
  /** Where absent, every proof that is to be had; what is not to be had is said and passed over. */
  wait?: Wait | undefined;
  timeoutMs: number;
  /** How a connection tells its version. */
  probe: ProbeSpec;
}

/** Weights that a route holds, and that are to be proved in force. */
export interface HeldWeights {
  split: Split;
  /** The split that connections obeyed before, where that is known to be another one. */
  before?: Split | undefined;
  /** When the proof began: at the write, where there was one. */
  since: Moment;
  /** Pages of the gateways' proxies. */
  pages: PodPages;
  /** Connections that are being opened to see it; absent where none are. */
  watching?: Proof<ConnectionWatch> | undefined;
}

/**
 * Proves that the weights of a route are in force, up to the proof that is asked for; yields each proof as it is had.
 * @param target with the route as it holds the weights
 * @throws ShiftError rejected, timeout, failing: the weights do not take hold; conflict: the route asks for others meanwhile; and what keeps the asked
 * proof from being had
 */
export async function* prove(
  target: Target,
  weights: HeldWeights,
  options: ProveOptions,
  session: Session,
): AsyncGenerator<Proofs> {
  const { wait, timeoutMs } = options;
  if (wait === 'none') return;
  const stop = new AbortController();
  const guard = guardSplit(target, [weights.split], sessionUntil(session, stop.signal));
  const proving = sessionUntil(session, AbortSignal.any([stop.signal, guard.overwritten]));
  const { progress } = session;
  const hint = (): string => statusCommand(target);
  try {
    const accepted = await stage(progress, 'Waiting until the route is accepted', () =>
      orLacking(wait === 'accepted' ? [] : ['forbidden'], () =>
        inTime(proving, timeoutMs, (session) => waitReady(target, session, { timeoutMs, addressMs: 0, hint })),
      ),
    );
    yield { accepted };
    if (wait !== 'accepted') {
      const programmed = await stage(progress, 'Reading the weights in every gateway', () =>
        orLacking(wait === 'programmed' ? [] : notToBeHad, () =>
          inTime(proving, timeoutMs, (session) => programmedGateways(target, weights, options, session)),
        ),
      );
      yield { programmed };
      const { watching } = weights;
      const by = { target, weights, options, session: proving };
      const look = watching
        ? () => observe(watching, 'had' in programmed, by)
        : wait === 'observed'
          ? () => observeStanding(by)
          : undefined;
      if (look) yield { observed: await stage(progress, 'Watching connections through the gateway', look) };
    }
    await guard.look();
  } catch (error) {
    // What is waited for in vain may be asked for by nobody any more.
    if (!session.io.signal.aborted) await guard.look().catch(throwIfOverwritten);
    throw error;
  } finally {
    stop.abort();
  }
}

/** What answers no more does not keep a proof for longer than this beyond its own time, in milliseconds. */
const graceMs = 1000;

/** Runs work that keeps a time limit itself, unless a request of it hangs. @throws ShiftError timeout */
async function inTime<T>(session: Session, timeoutMs: number, work: (session: Session) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const ring = (): void =>
    late.abort(
      new ShiftError('timeout', `nothing answered within ${formatDuration(timeoutMs)}`, {
        hint: 'look at the state of the cluster: kubectl get --raw /readyz?verbose',
      }),
    );
  const stop = alarm(timeoutMs + graceMs, ring, session.io.clock);
  try {
    return await work(sessionUntil(session, late.signal));
  } finally {
    stop();
  }
}

function throwIfOverwritten(error: unknown): void {
  if (error instanceof OverwrittenRoute) throw error;
}

async function programmedGateways(
  target: Target,
  { split, before, since, pages }: HeldWeights,
  { timeoutMs }: ProveOptions,
  session: Session,
): Promise<ProgrammedGateway[]> {
  // Weights that stood in the route already may have been refused before anybody asked.
  const how = { timeoutMs, pages, ...(before && { sinceEpochMs: since.epochMs }) };
  const gateways = await waitProgrammed(target, split, how, session);
  return gateways.map(({ namespace, pod, weights, seenAt, updatedAt }) => ({
    namespace,
    pod,
    weights,
    afterMs: Math.max(0, Math.round(seenAt - since.monotonic)),
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt).toISOString() }),
  }));
}

/**
 * Where every proxy has the weights, connections that do not show them (as behind a sticky gateway) are waited for this long beyond twice the time
 * that the watch should take.
 */
const basePatienceMs = 5000;

interface Proving {
  target: Target;
  weights: HeldWeights;
  options: ProveOptions;
  session: Session;
}

async function observe(
  watching: Proof<ConnectionWatch>,
  allProgrammed: boolean,
  { weights, options, session }: Proving,
): Promise<Proof<ObservedChange>> {
  if ('lacking' in watching) return watching;
  const { wait, timeoutMs } = options;
  const { split: after, before = after, since } = weights;
  const isPatient = wait === undefined && allProgrammed;
  return orLacking(isPatient ? [...notToBeHad, 'timeout'] : wait === 'observed' ? [] : notToBeHad, () => {
    const leftMs = timeoutMs - (session.io.clock.monotonic() - since.monotonic);
    const patienceMs = isPatient ? basePatienceMs + 2 * expectedWatchMs({ before, after }) : Infinity;
    return orAbort(watching.had.until({ allProgrammed, withinMs: Math.min(patienceMs, leftMs) }), session.io.signal);
  });
}

/** Observes weights of which no connection can tell that they came after others: by the verdict on them. */
async function observeStanding({ target, weights, options, session }: Proving): Promise<Proof<ObservedChange>> {
  const { probe, timeoutMs } = options;
  const source = await probing(target, { probe }, session);
  const report = await verify(source, askAbout(weights.split), { maxTimeMs: timeoutMs }, session);
  const { verdict, samples: connections, elapsedMs: afterMs, from, address } = report;
  if (verdict === 'pass') return { had: { from, address, evidence: 'verdict', connections, afterMs } };
  const message = `${connections} connections through ${address} do not show ${splitText(weights.split)}: the verdict on them is ${verdict.toUpperCase()}`;
  throw new ShiftError(verdict === 'fail' ? 'failing' : 'timeout', message, { hint: verifyCommand(target) });
}

/** Shows what is being waited for; what is not to be had ends as failed. */
async function stage<T extends object>(progress: Progress, text: string, run: () => Promise<T>): Promise<T> {
  const step = progress.step(text);
  try {
    const result = await run();
    if ('lacking' in result) step.fail();
    else step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
