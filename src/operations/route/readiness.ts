import { formatDuration } from '../../core/duration.ts';
import type { Reader } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Readiness } from '../../core/route/readiness.ts';
import type { Session } from '../session.ts';
import type { Target } from './target.ts';
import { watchedReader, type WatchedReader } from './watched-reader.ts';

/** Reasons with which a controller says that it is still at work; any other reason of a false condition is its verdict. */
const passingReasons = new Set([
  'Pending',
  'AddressNotAssigned',
  'Waiting',
  'NoResources',
  'Reconciling',
  'WaitForController',
]);

/** Reasons that no other object's arrival can change. */
const finalReasons = new Set(['PortUnavailable']);

/** How long any other verdict must stand before it is believed: objects that refer to each other arrive one after another. */
const settleMs = 2000;

/** After this long, in milliseconds, objects are read again beside the watches; then after twice as long each time. */
const firstLookMs = 5000;

/** `TCPRoute tcp-echo is not Accepted: NoMatchingParent (…)`, in the server's own words. */
function readinessText({ ref, type, state, reason, message }: Readiness): string {
  const subject = `${ref.kind} ${ref.name}`;
  const words = reason && message ? `${reason} (${message})` : (reason ?? message);
  const cause = words ? `: ${words}` : '';
  const states = {
    true: `is ${type}`,
    false: `is not ${type}`,
    pending: `has no current ${type} condition`,
    absent: `carries no ${type} condition`,
  };
  return `${subject} ${states[state]}${cause}`;
}

/** What waiting takes of a session. */
type Waiting = Pick<Session, 'cluster' | 'io' | 'progress'>;

export interface ReadyOptions {
  timeoutMs: number;
  /** Longest wait for an address of the Gateway, where that is all it lacks. */
  addressMs: number;
  /** What to advise when the condition stays false, where its controller's words advise nothing. */
  hint: (unmet: Readiness) => string;
}

/**
 * Waits until every condition of the route holds for its present generation.
 * Conditions that the API never writes (`absent`) do not hold it up; nor does, for long, a Gateway that lacks nothing but an address: its
 * listeners work, and connections can take another way.
 * @throws ShiftError rejected: the controller says no; timeout: it said nothing in time; conflict: the route was deleted
 */
export async function waitReady(target: Target, session: Waiting, options: ReadyOptions): Promise<Readiness[]> {
  const over = new AbortController();
  const { clock, signal } = session.io;
  const reader = watchedReader(session.cluster, { clock, signal: AbortSignal.any([signal, over.signal]) });
  try {
    return await settled({ target, reader }, session, options);
  } finally {
    over.abort();
  }
}

/** Looks again whenever something that was read has changed, or a time is up. */
async function settled(
  { target, reader }: { target: Target; reader: WatchedReader },
  { io, progress }: Waiting,
  options: ReadyOptions,
): Promise<Readiness[]> {
  const began = io.clock.monotonic();
  const deadline = began + options.timeoutMs;
  const patience = began + Math.min(options.addressMs, options.timeoutMs);
  let standing = { text: '', since: 0 };
  let nextLook = began + firstLookMs;
  for (;;) {
    const items = await presentReadiness(target, reader);
    const unmet = worstOf(items);
    if (!unmet) return items;
    const now = io.clock.monotonic();
    const text = readinessText(unmet);
    if (lacksAddress(unmet) && now >= patience) {
      progress.warn(`${text}; going on without an address`);
      return items;
    }
    if (text !== standing.text) standing = { text, since: now };
    const believed = isVerdict(unmet) ? standing.since + settleMs : Infinity;
    const hint = unmet.advice ?? options.hint(unmet);
    const isRejected = isFinal(unmet) || now >= believed;
    const isOver = isRejected || now >= deadline;
    // What a watch did not tell may be otherwise by now: a proxy on the way may hold its events back.
    if ((isOver || now >= nextLook) && (await reader.lookAgain())) continue;
    if (isRejected) throw new ShiftError('rejected', text, { hint });
    if (isOver) throw new ShiftError('timeout', `after ${formatDuration(options.timeoutMs)} ${text}`, { hint });
    if (now >= nextLook) nextLook = now + 2 * (nextLook - began);
    const patient = lacksAddress(unmet) ? patience : Infinity;
    await reader.changed(Math.min(deadline, believed, patient, nextLook) - now);
  }
}

/** What holds a route up, a controller's refusal before its silence; an address only where nothing else is amiss. */
function worstOf(items: readonly Readiness[]): Readiness | undefined {
  const unmet = items.filter(({ state }) => state === 'false' || state === 'pending');
  const ranks = [isFinal, isVerdict, (item: Readiness) => !lacksAddress(item), lacksAddress];
  return ranks.map((rank) => unmet.find(rank)).find((found) => found !== undefined);
}

function isVerdict({ state, reason }: Readiness): boolean {
  return state === 'false' && !passingReasons.has(reason ?? '');
}

function lacksAddress({ state, reason }: Readiness): boolean {
  return state === 'false' && reason === 'AddressNotAssigned';
}

function isFinal({ state, reason }: Readiness): boolean {
  return state === 'false' && finalReasons.has(reason ?? '');
}

async function presentReadiness({ api, view }: Target, reader: Reader): Promise<Readiness[]> {
  const route = await reader.get(view.ref);
  if (route) return api.readiness(api.readRoute(route, view.port), reader);
  throw new ShiftError('conflict', `${view.ref.kind} ${view.ref.name} was deleted while tcpshift waited for it`, {
    hint: 'see whether somebody makes it again, then run the command again',
  });
}
