import { formatDuration } from '../../core/duration.ts';
import { refOf } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Clock } from '../../io.ts';
import type { Cluster } from '../cluster.ts';
import { heldByOther, isConflict, leaseOf, replaceLease, type Lease, type LeaseRequest } from './record.ts';

export interface Taker {
  /** Writes are carried through this one: what was taken is known. */
  cluster: Cluster;
  /** Waiting stops with this one's signal. */
  waiting: Cluster;
  request: LeaseRequest;
  clock: Clock;
}

/**
 * Makes the lease, or takes it over where its holder has gone without giving it back.
 * @throws ShiftError locked: its holder lives, or somebody else was quicker
 */
export async function acquire(taker: Taker): Promise<Lease> {
  const { cluster, request, clock } = taker;
  for (;;) {
    try {
      return await cluster.create(leaseOf(request, clock.now(), 0));
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    const left = await leftBehind(taker).catch((error: unknown) => Promise.reject(asHeld(error, request)));
    if (left) return await takeOver(left, taker);
  }
}

/** A lease that is meant to last for longer than this without being renewed is not waited for. */
const longestWatchMs = 60_000;

/** Somebody holds the lease, also where it may not be read who. */
function asHeld(error: unknown, request: LeaseRequest): unknown {
  const isRefused = error instanceof ShiftError && error.kind === 'forbidden';
  return isRefused ? heldByOther(undefined, request, 'it may not be read by whom') : error;
}

/**
 * The lease when nobody holds it any more; undefined where it was given back.
 * @throws ShiftError locked: it was renewed, or changed hands
 */
export async function leftBehind({ waiting, request, clock }: Omit<Taker, 'cluster'>): Promise<Lease | undefined> {
  const over = new AbortController();
  const states = waiting.watch(refOf(leaseOf(request, clock.now(), 0)), over.signal)[Symbol.asyncIterator]();
  const next = async (): Promise<Lease | undefined> => (await states.next()).value;
  try {
    const found = await next();
    if (!isHeld(found)) return found;
    const lifeMs = lifeOf(found, request);
    request.onWait?.(found.spec!.holderIdentity!, Math.min(lifeMs, longestWatchMs));
    const watchMs = Math.min(lifeMs, longestWatchMs);
    const end = clock.sleep(watchMs, over.signal);
    const left = await unrenewed(found, { next, end }, { request, clock });
    if (watchMs === lifeMs || !isHeld(left)) return left;
    throw heldByOther(
      left,
      request,
      `not renewed in ${formatDuration(watchMs)}, but meant to last ${formatDuration(lifeMs)}`,
    );
  } finally {
    over.abort();
  }
}

/**
 * The lease when its whole time is over without a renewal. That time is counted from when it was found, as client-go's leader election does: the
 * clock of its holder may tell another time than ours.
 */
async function unrenewed(
  found: Lease,
  { next, end }: { next: () => Promise<Lease | undefined>; end: Promise<void> },
  { request, clock }: Pick<Taker, 'request' | 'clock'>,
): Promise<Lease | undefined> {
  const foundAt = clock.monotonic();
  for (let latest = found; ;) {
    const now = await Promise.race([next(), end.then(() => 'unrenewed' as const)]);
    if (now === 'unrenewed') return latest;
    if (!isHeld(now)) return now;
    const sameHolder = now.spec?.holderIdentity === found.spec?.holderIdentity;
    if (!sameHolder || now.spec?.renewTime !== found.spec?.renewTime) {
      const after = formatDuration(clock.monotonic() - foundAt);
      throw heldByOther(now, request, `${sameHolder ? 'renewed' : 'taken'} ${after} after it was found`);
    }
    latest = now;
  }
}

function isHeld(lease: Lease | undefined): lease is Lease {
  return Boolean(lease?.spec?.holderIdentity);
}

function lifeOf({ spec }: Lease, { ttlMs }: LeaseRequest): number {
  return spec?.leaseDurationSeconds === undefined ? ttlMs : spec.leaseDurationSeconds * 1000;
}

async function takeOver(left: Lease, { cluster, request, clock }: Taker): Promise<Lease> {
  const wanted = leaseOf(request, clock.now(), (left.spec?.leaseTransitions ?? 0) + 1);
  try {
    return await replaceLease(left, wanted, cluster);
  } catch (error) {
    if (!isConflict(error)) throw error;
    const live = await cluster.get(refOf(left)).catch(() => undefined);
    throw heldByOther(live, request, 'taken at this moment');
  }
}
