import { clearLease, withLease } from '../../cluster/lease.ts';
import { formatDuration } from '../../core/duration.ts';
import type { ObjectRef } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Session } from '../session.ts';
import type { Target } from './target.ts';

/** That nobody else of tcpshift's users changes a route for now. */
export interface RouteLock {
  /** Aborts, with a ShiftError `locked` as its reason, when somebody else may be at work on the route. */
  lost: AbortSignal;
}

/** Others may take a route over this long after its holder was last heard of. */
const ttlMs = 15_000;

/**
 * Runs work on the route as the only one who does, held by a Lease beside the route until the work is over.
 * Where the user may not write Leases the work goes on without: every write is fenced by its resourceVersion.
 * @throws ShiftError locked: somebody else is at work on the route; the session's reason where it was ended before
 */
export async function holdingRoute<T>(
  { view }: Target,
  { cluster, io, progress }: Session,
  work: (lock: RouteLock) => Promise<T>,
): Promise<T> {
  io.signal.throwIfAborted();
  const { kind, name, namespace } = view.ref;
  const lease = `tcpshift-${kind.toLowerCase()}-${name}`;
  const onWait = (holder: string, longestMs: number): void =>
    progress.note(
      `"${holder}" holds ${kind} ${name}; waiting up to ${formatDuration(longestMs)} to see whether it lives`,
    );
  const request = { namespace: namespace!, name: lease, holder: io.identity, ttlMs, onWait };
  let started = false;
  const run = (lost: AbortSignal): Promise<T> => {
    started = true;
    return work({ lost });
  };
  try {
    return await withLease(cluster, request, run, io.clock);
  } catch (error) {
    if (started || !(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    progress.warn(`nothing keeps others from changing ${kind} ${name} at the same time: ${error.message}`);
    return run(new AbortController().signal);
  }
}

/** Removes a lock that somebody has left behind, as one does who is killed. @throws ShiftError locked: its holder lives */
export async function removeLock(lease: ObjectRef, { cluster, io, progress }: Session): Promise<void> {
  const { name, namespace } = lease;
  const onWait = (holder: string, longestMs: number): void =>
    progress.note(`"${holder}" holds ${name}; waiting up to ${formatDuration(longestMs)} to see whether it lives`);
  await clearLease(cluster, { namespace: namespace!, name, holder: io.identity, ttlMs, onWait }, io.clock);
}
