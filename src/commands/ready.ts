import { formatDuration } from '../core/duration.ts';
import type { KubeObject, ObjectRef } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import type { Readiness } from '../routing/routing-api.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

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

/** After this long without a change of the object it is looked at again: the change may have come between two looks. */
const longestLookMs = 200;

/** `TCPRoute tcp-echo is not Accepted: NoMatchingParent (…)`, in the server's own words. */
function readinessText({ ref, type, state, reason, message }: Readiness): string {
  const subject = `${ref.kind} ${ref.name}`;
  const cause = reason ? `: ${reason}${message ? ` (${message})` : ''}` : '';
  const states = {
    true: `is ${type}`,
    false: `is not ${type}`,
    pending: `has no current ${type} condition`,
    absent: `carries no ${type} condition`,
  };
  return `${subject} ${states[state]}${cause}`;
}

/** What waiting takes of a session. */
type Waiting = Pick<Session, 'cluster' | 'io'>;

export interface ReadyOptions {
  timeoutMs: number;
  /** What to advise when the condition stays false. */
  hint: (unmet: Readiness) => string;
}

/**
 * Waits until every condition of the route holds for its present generation.
 * Conditions that the API never writes (`absent`) do not hold it up.
 * @throws ShiftError rejected: the controller says no; timeout: it said nothing in time; conflict: the route was deleted
 */
export async function waitReady(target: Target, session: Waiting, options: ReadyOptions): Promise<Readiness[]> {
  const { clock } = session.io;
  const deadline = clock.monotonic() + options.timeoutMs;
  let standing = { text: '', since: 0 };
  for (;;) {
    const items = await presentReadiness(target, session);
    const unmet = items.find(isFinal) ?? items.find(({ state }) => state === 'false' || state === 'pending');
    if (!unmet) return items;
    const now = clock.monotonic();
    const text = readinessText(unmet);
    if (text !== standing.text) standing = { text, since: now };
    const hint = options.hint(unmet);
    const verdict = unmet.state === 'false' && !passingReasons.has(unmet.reason ?? '');
    if (isFinal(unmet) || (verdict && now - standing.since >= settleMs))
      throw new ShiftError('rejected', text, { hint });
    if (now >= deadline)
      throw new ShiftError('timeout', `${text} after ${formatDuration(options.timeoutMs)}`, { hint });
    await nextChange(unmet.ref, Math.min(deadline - now, longestLookMs), session);
  }
}

function isFinal({ state, reason }: Readiness): boolean {
  return state === 'false' && finalReasons.has(reason ?? '');
}

async function presentReadiness({ api, view }: Target, { cluster }: Waiting): Promise<Readiness[]> {
  const route = await cluster.get(view.ref);
  if (route) return api.readiness(api.readRoute(route, view.port), cluster);
  throw new ShiftError('conflict', `${view.ref.kind} ${view.ref.name} was deleted while tcpshift waited for it`, {
    hint: 'see whether somebody makes it again, then run the command again',
  });
}

/** Returns when the object has changed, or after `timeoutMs`. */
async function nextChange(ref: ObjectRef, timeoutMs: number, { cluster, io }: Waiting): Promise<void> {
  const seen = (await cluster.get(ref))?.metadata.resourceVersion;
  const changed = (now: KubeObject | undefined): boolean => now?.metadata.resourceVersion !== seen;
  try {
    await cluster.waitFor(ref, changed, { timeoutMs, signal: io.signal });
  } catch (error) {
    if (!(error instanceof ShiftError && error.kind === 'timeout')) throw error;
  }
}
