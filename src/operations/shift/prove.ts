import type { Proof, Proofs } from '../../core/route/proof.ts';
import type { ObservedChange, ProgrammedGateway } from '../../core/route/shift-result.ts';
import { ShiftError, type ErrorKind } from '../../errors.ts';
import type { Progress } from '../../io.ts';
import { waitProgrammed } from '../gateways/weights.ts';
import { needExchange, type ProbeSpec } from '../probing/probe-spec.ts';
import { openVantage } from '../probing/vantage.ts';
import { waitReady } from '../route/readiness.ts';
import { statusCommand, type Target } from '../route/target.ts';
import { sessionOnce, sessionUntil, type Session } from '../session.ts';
import {
  expectedWatchMs,
  notObeyed,
  refuseTooAlike,
  watchConnections,
  type ConnectionWatch,
  type WrittenChange,
} from './connection-watch.ts';

/** The proof of a change that is waited for. */
export type Wait = 'none' | 'accepted' | 'programmed' | 'observed';

export interface ProveOptions {
  /** Where absent, every proof that is to be had; what is not to be had is said and passed over. */
  wait?: Wait | undefined;
  timeoutMs: number;
  /** How a connection tells its version. */
  probe: ProbeSpec;
}

/**
 * Proves that written weights are in force, up to the proof that is asked for.
 * @param target with the route as it was written
 * @throws ShiftError rejected, timeout, conflict: the change does not take hold; and what keeps the asked proof from being had
 */
export async function prove(
  target: Target,
  change: WrittenChange,
  options: ProveOptions,
  session: Session,
): Promise<Proofs> {
  const { wait, timeoutMs } = options;
  if (wait === 'none') return {};
  const stop = new AbortController();
  const proving = sessionUntil(session, stop.signal);
  const { progress } = session;
  const hint = (): string => statusCommand(target);
  // Connections are watched from the write on: the first that obeys tells how long the change took.
  const watching =
    wait === 'accepted' || wait === 'programmed' ? undefined : openWatch(target, change, options, proving);
  watching?.catch(() => {});
  try {
    const accepted = await stage(progress, 'Waiting until the route is accepted', () =>
      waitReady(target, proving, { timeoutMs, addressMs: 0, hint }),
    );
    if (wait === 'accepted') return { accepted };
    const programmed = await stage(progress, 'Reading the weights in every gateway', () =>
      orLacking(wait === 'programmed' ? [] : notToBeHad, () => programmedGateways(target, change, options, proving)),
    );
    if (!watching) return { accepted, programmed };
    const observed = await stage(progress, 'Watching connections through the gateway', () =>
      observe(watching, 'had' in programmed, { target, change, options, session: proving }),
    );
    return { accepted, programmed, observed };
  } finally {
    stop.abort();
  }
}

async function programmedGateways(
  target: Target,
  { after, writtenAt }: WrittenChange,
  { timeoutMs }: ProveOptions,
  session: Session,
): Promise<ProgrammedGateway[]> {
  const gateways = await waitProgrammed(target, after, session, timeoutMs);
  return gateways.map(({ seenAt, ...gateway }) => ({
    ...gateway,
    afterMs: Math.max(0, Math.round(seenAt - writtenAt)),
  }));
}

interface AddressedWatch extends ConnectionWatch {
  address: string;
}

async function openWatch(
  target: Target,
  change: WrittenChange,
  { wait, probe }: ProveOptions,
  session: Session,
): Promise<AddressedWatch> {
  if (wait !== 'observed') refuseTooAlike(change);
  const once = sessionOnce(session);
  const exchange = await needExchange(probe, target, once);
  const vantage = await openVantage({}, target, once);
  return { ...watchConnections(change, { vantage, exchange }, session), address: vantage.address };
}

/**
 * Where every proxy has the weights, connections that do not show them (as behind a sticky gateway) are waited for this long beyond twice the time
 * that the watch should take.
 */
const basePatienceMs = 5000;

interface Proving {
  target: Target;
  change: WrittenChange;
  options: ProveOptions;
  session: Session;
}

function observe(
  watching: Promise<AddressedWatch>,
  allProgrammed: boolean,
  by: Proving,
): Promise<Proof<ObservedChange>> {
  const { target, change, options, session } = by;
  const { wait, timeoutMs } = options;
  const isPatient = wait === undefined && allProgrammed;
  const passedOver = wait === 'observed' ? [] : isPatient ? [...notToBeHad, 'timeout' as const] : notToBeHad;
  return orLacking(passedOver, async () => {
    const watch = await watching;
    const leftMs = timeoutMs - (session.io.clock.monotonic() - change.writtenAt);
    const patienceMs = isPatient ? basePatienceMs + 2 * expectedWatchMs(change) : Infinity;
    const late = notObeyed(watch.address, Math.min(timeoutMs, patienceMs), statusCommand(target));
    return watch.until({ allProgrammed, withinMs: Math.min(patienceMs, leftMs), late });
  });
}

/** Kinds of error that say that a proof is not to be had here, rather than that the weights are not in force. */
const notToBeHad: readonly ErrorKind[] = ['unreachable', 'usage', 'forbidden', 'cluster', 'notFound'];

/** What `run` gives, or, for errors of these kinds, why it gives nothing. */
async function orLacking<T>(kinds: readonly ErrorKind[], run: () => Promise<T>): Promise<Proof<T>> {
  try {
    return { had: await run() };
  } catch (error) {
    if (!(error instanceof ShiftError) || !kinds.includes(error.kind)) throw error;
    return { lacking: error.message };
  }
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
