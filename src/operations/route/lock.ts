import { hostname } from 'node:os';
import { withLease } from '../../cluster/lease.ts';
import { ShiftError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Session } from '../session.ts';
import type { Target } from './target.ts';

/** Others may take a route over this long after its holder was last heard of. */
const ttlMs = 15_000;

/**
 * Runs a change of the route as the only one who changes it, held by a Lease beside the route.
 * Where the user may not write Leases the change goes on without: every write is fenced by its resourceVersion.
 * @throws ShiftError locked: somebody else is at work on the route
 */
export async function holdingRoute<T>({ view }: Target, session: Session, change: () => Promise<T>): Promise<T> {
  const { cluster, io, progress } = session;
  const { kind, name, namespace } = view.ref;
  const request = { namespace: namespace!, name: `tcpshift-${kind.toLowerCase()}-${name}`, holder: holder(io), ttlMs };
  let started = false;
  const once = (): Promise<T> => {
    started = true;
    return change();
  };
  try {
    return await withLease(cluster, request, once, io.clock);
  } catch (error) {
    if (started || !(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    progress.warn(`nothing keeps others from changing ${kind} ${name} at the same time: ${error.message}`);
    return change();
  }
}

function holder({ env }: Io): string {
  return `${env['USER'] ?? env['USERNAME'] ?? 'somebody'}@${hostname()}, process ${process.pid}`;
}
