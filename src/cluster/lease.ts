import type { KubeObject } from '../core/objects.ts';
import { refOf } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import type { Clock } from '../io.ts';
import { systemClock } from '../io.ts';
import type { Cluster } from './cluster.ts';

/** A lock in the cluster that one holder has at a time. */
export interface LeaseRequest {
  namespace: string;
  name: string;
  /** Who holds it, for the message that others get, different in every process: `ann@laptop, process 4711`. */
  holder: string;
  /** Milliseconds after the last renewal when others may take the lease over; renewals come three times as often. */
  ttlMs: number;
}

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

type Lease = KubeObject<LeaseSpec>;

interface Keeper {
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
  // What was taken must be given back after Ctrl-C too.
  const keeper = { cluster: cluster.withSignal(new AbortController().signal), request, clock };
  const held = { lease: await acquire(keeper) };
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

async function acquire(keeper: Keeper): Promise<Lease> {
  const { cluster, request, clock } = keeper;
  const now = clock.now();
  try {
    return await cluster.create(leaseOf(request, now, 0));
  } catch (error) {
    if (!isConflict(error)) throw error;
    return await takeOver(keeper, now);
  }
}

/** Takes a lease that is there, if its time is over. */
async function takeOver({ cluster, request }: Keeper, now: number): Promise<Lease> {
  const ref = refOf(leaseOf(request, now, 0));
  const found: Lease | undefined = await cluster.get(ref);
  if (found === undefined || isHeld(found, request, now)) throw heldByOther(found, request, now);
  try {
    return await replace(found, leaseOf(request, now, (found.spec?.leaseTransitions ?? 0) + 1), cluster);
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw heldByOther(await cluster.get(ref), request, now);
  }
}

function leaseOf(request: LeaseRequest, now: number, leaseTransitions: number): Lease {
  const { name, namespace } = request;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'tcpshift' } },
    spec: { ...renewal(request, now), acquireTime: microTime(now), leaseTransitions },
  };
}

/** Writes the lease, only if it is still as it was read. */
async function replace(read: Lease, wanted: Lease, cluster: Cluster): Promise<Lease> {
  const { resourceVersion } = read.metadata;
  const applied = await cluster.apply(wanted, {
    force: true,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  });
  return applied.object;
}

/** Renews until the signal aborts. @throws ShiftError locked: somebody else has the lease, or it ran out */
async function keepRenewing(held: { lease: Lease }, keeper: Keeper, over: AbortSignal): Promise<void> {
  const { cluster, request, clock } = keeper;
  let renewedAt = clock.now();
  while (await sleeps(request.ttlMs / 3, clock, over)) {
    const now = clock.now();
    const { name, namespace, labels } = held.lease.metadata;
    const wanted = withSpec(
      { ...held.lease, metadata: { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) } },
      { ...held.lease.spec, ...renewal(request, now) },
    );
    try {
      held.lease = await replace(held.lease, wanted, cluster);
      renewedAt = now;
    } catch (error) {
      if (isConflict(error)) throw heldByOther(await cluster.get(refOf(held.lease)), request, now);
      if (clock.now() - renewedAt >= request.ttlMs) throw ranOut(request, error);
    }
  }
}

/** False when the signal aborts first. */
function sleeps(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

/** What cannot be given back ends by itself when its time is over. */
async function release(lease: Lease, { cluster }: Keeper): Promise<void> {
  const { uid = '', resourceVersion } = lease.metadata;
  const options = resourceVersion === undefined ? {} : { resourceVersion };
  await cluster.delete(refOf(lease), uid, options).catch(() => {});
}

function withSpec(lease: Lease, spec: LeaseSpec): Lease {
  return { ...lease, spec };
}

function renewal({ holder, ttlMs }: LeaseRequest, now: number): LeaseSpec {
  return { holderIdentity: holder, leaseDurationSeconds: Math.ceil(ttlMs / 1000), renewTime: microTime(now) };
}

/** The API server takes exactly six digits of a second. */
function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}

function endOf({ spec }: Lease): number {
  return Date.parse(spec?.renewTime ?? '') + (spec?.leaseDurationSeconds ?? 0) * 1000;
}

function isHeld(lease: Lease, { holder }: LeaseRequest, now: number): boolean {
  const other = lease.spec?.holderIdentity;
  return other !== undefined && other !== '' && other !== holder && endOf(lease) > now;
}

/** Somebody else was first: to make the lease, or to write it. */
function isConflict(error: unknown): boolean {
  return error instanceof ShiftError && (error.kind === 'conflict' || error.kind === 'stale');
}

function heldByOther(lease: Lease | undefined, request: LeaseRequest, now: number): ShiftError {
  const { namespace, name } = request;
  const holder = lease?.spec?.holderIdentity ?? 'somebody else';
  const secondsLeft = lease === undefined ? undefined : Math.max(0, Math.ceil((endOf(lease) - now) / 1000));
  const end = secondsLeft === undefined ? '' : `, for another ${secondsLeft} s unless it is renewed`;
  return new ShiftError('locked', `lease ${namespace}/${name} is held by "${holder}"${end}`, {
    hint: `let "${holder}" finish; after a crash the lease ends by itself`,
  });
}

function ranOut({ namespace, name, ttlMs }: LeaseRequest, cause: unknown): ShiftError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new ShiftError('locked', `lease ${namespace}/${name} could not be renewed for ${ttlMs / 1000} s: ${found}`, {
    hint: 'run the command again when the API server can be reached',
    cause,
  });
}
