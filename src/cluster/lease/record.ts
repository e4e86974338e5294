import { defined } from '../../core/defined.ts';
import type { KubeObject } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Cluster } from '../cluster.ts';

/** A lock in the cluster that one holder has at a time. */
export interface LeaseRequest {
  namespace: string;
  name: string;
  /** Who holds it, for the message that others get, different in every process: `ann@laptop, process 4711`. */
  holder: string;
  /**
   * Milliseconds without a renewal after which others may take the lease over. Renewals come six times as often, so that others see within
   * a sixth of the time that its holder lives.
   */
  ttlMs: number;
  /** Called where the lease is there already, before it is watched for at most so many milliseconds to see whether its holder lives. */
  onWait?: (holder: string, longestMs: number) => void;
}

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

export type Lease = KubeObject<LeaseSpec>;

/** The lease as its new holder writes it. @param now milliseconds since the epoch, which nobody else's clock is compared with */
export function leaseOf(request: LeaseRequest, now: number, leaseTransitions: number): Lease {
  const { name, namespace } = request;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'tcpshift' } },
    spec: { ...renewal(request, now), acquireTime: microTime(now), leaseTransitions },
  };
}

/** A lease that was read, as its holder writes it to stay its holder. */
export function renewed({ apiVersion, kind, metadata, spec }: Lease, request: LeaseRequest, now: number): Lease {
  const { name, namespace, labels } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) },
    spec: { ...spec, ...renewal(request, now) },
  };
}

function renewal({ holder, ttlMs }: LeaseRequest, now: number): LeaseSpec {
  return { holderIdentity: holder, leaseDurationSeconds: Math.ceil(ttlMs / 1000), renewTime: microTime(now) };
}

/** The API server takes exactly six digits of a second. */
function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}

/** Writes the lease, only if it is still as it was read. @throws ShiftError stale, conflict: see isConflict */
export async function replaceLease(read: Lease, wanted: Lease, cluster: Cluster): Promise<Lease> {
  const { resourceVersion } = read.metadata;
  const applied = await cluster.apply(wanted, { force: true, seen: defined({ resourceVersion }) });
  return applied.object;
}

/** Somebody else was first: to make the lease, or to write it. */
export function isConflict(error: unknown): boolean {
  return error instanceof ShiftError && (error.kind === 'conflict' || error.kind === 'stale');
}

/** @param seen what was seen of its holder */
export function heldByOther(lease: Lease | undefined, { namespace, name }: LeaseRequest, seen: string): ShiftError {
  const holder = lease?.spec?.holderIdentity ?? 'somebody else';
  return new ShiftError('locked', `lease ${namespace}/${name} is held by "${holder}": ${seen}`, {
    hint: `let "${holder}" finish, then run the command again`,
  });
}
