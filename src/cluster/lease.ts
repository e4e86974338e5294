import { defined } from '../core/defined.ts';
import { refOf } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import type { Clock } from '../io.ts';
import { systemClock } from '../io.ts';
import { respite } from '../waiting.ts';
import type { Cluster } from './cluster.ts';
import { within } from './http/deadline.ts';
import { acquire, leftBehind } from './lease/acquire.ts';
import { heldByOther, isConflict, renewed, replaceLease, type Lease, type LeaseRequest } from './lease/record.ts';

export type { LeaseRequest };

/** How often a lease is renewed in the time after which others may take it over. */
const renewalsInLife = 6;

/** How long the lease keeps somebody who has asked for the end, in milliseconds. */
const farewellMs = 3000;

interface Keeper {
  /** What was taken must be given back after Ctrl-C too: this one's requests may take a little longer. */
  cluster: Cluster;
  request: LeaseRequest;
  clock: Clock;
}

/**
 * Runs something as the only holder of a lease, and gives the lease back whatever comes of it. The lease keeps operators from working at the same
 * time; it does not fence: every write still needs its own resourceVersion.
 * @param run gets a signal that aborts with a ShiftError `locked` when the lease is lost
 * @throws ShiftError locked: somebody else holds it
 */
export async function withLease<T>(
  cluster: Cluster,
  request: LeaseRequest,
  run: (lost: AbortSignal) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const last = respite(cluster.signal, farewellMs, clock);
  const keeper = { cluster: cluster.withSignal(last.signal), request, clock };
  try {
    return await holding(await acquire({ ...keeper, waiting: cluster }), keeper, run);
  } finally {
    last.end();
  }
}

async function holding<T>(lease: Lease, keeper: Keeper, run: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const held = { lease };
  const lost = new AbortController();
  const over = new AbortController();
  const renewals = keepRenewing(held, keeper, over.signal).catch((error: unknown) => lost.abort(error));
  try {
    return await run(lost.signal);
  } finally {
    over.abort();
    await renewals;
    await release(held.lease, keeper);
  }
}

/** Deletes a lease, once it has shown that nobody holds it any more. @throws ShiftError locked: its holder lives, or somebody has taken it */
export async function clearLease(cluster: Cluster, request: LeaseRequest, clock: Clock): Promise<void> {
  const left = await leftBehind({ waiting: cluster, request, clock });
  if (!left) return;
  const { uid = '', resourceVersion } = left.metadata;
  try {
    await cluster.delete(refOf(left), uid, defined({ resourceVersion }));
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw heldByOther(await cluster.get(refOf(left)), request, 'taken at this moment');
  }
}

/** Renews until the signal aborts. @throws ShiftError locked: somebody else has the lease, or it ran out */
async function keepRenewing(held: { lease: Lease }, keeper: Keeper, over: AbortSignal): Promise<void> {
  const { cluster, request, clock } = keeper;
  let renewedAt = clock.monotonic();
  let failure: unknown = new Error('no answer');
  while (await sleeps(request.ttlMs / renewalsInLife, clock, over)) {
    const startedAt = clock.monotonic();
    // A request that hangs must not outlast the lease.
    const ms = renewedAt + request.ttlMs - startedAt;
    const bounds = { ms, late: () => ranOut(request, failure), signal: cluster.signal };
    const wanted = renewed(held.lease, request, clock.now());
    const write = (signal: AbortSignal) => replaceLease(held.lease, wanted, cluster.withSignal(signal));
    try {
      held.lease = await within(bounds, write, clock);
      renewedAt = startedAt;
    } catch (error) {
      if (error instanceof ShiftError && error.kind === 'locked') throw error;
      if (isConflict(error)) held.lease = await stillOurs(held.lease, keeper);
      failure = error;
      if (clock.monotonic() - renewedAt >= request.ttlMs) throw ranOut(request, failure);
    }
  }
}

/** The lease as a renewal left it whose answer was lost. @throws ShiftError locked: it was not we who wrote it */
async function stillOurs(read: Lease, { cluster, request }: Keeper): Promise<Lease> {
  const live: Lease | undefined = await cluster.get(refOf(read)).catch(() => undefined);
  const { holderIdentity, acquireTime } = live?.spec ?? {};
  if (live && holderIdentity === request.holder && acquireTime === read.spec?.acquireTime) return live;
  throw heldByOther(live, request, 'taken over from here');
}

/** False when the signal aborts first. */
function sleeps(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

/** What cannot be given back ends by itself when its time is over, and is not worked on for longer. */
async function release(lease: Lease, { cluster, request, clock }: Keeper): Promise<void> {
  const { uid = '', resourceVersion } = lease.metadata;
  const options = defined({ resourceVersion });
  const bounds = { ms: request.ttlMs, late: () => new Error('it has run out'), signal: cluster.signal };
  const give = (signal: AbortSignal) => cluster.withSignal(signal).delete(refOf(lease), uid, options);
  await within(bounds, give, clock).catch(() => {});
}

function ranOut({ namespace, name, ttlMs }: LeaseRequest, cause: unknown): ShiftError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new ShiftError('locked', `lease ${namespace}/${name} could not be renewed for ${ttlMs / 1000} s: ${found}`, {
    hint: 'run the command again when the API server can be reached',
    cause,
  });
}
