import type { Cluster } from '../cluster/cluster.ts';
import type { Reader } from '../core/objects.ts';
import { readOnce } from '../core/reading/once.ts';
import type { Progress, Surroundings } from '../io.ts';
import { kept } from '../waiting.ts';

/** One run's connection to the cluster and to the person who watches. */
export interface Session {
  cluster: Cluster;
  progress: Progress;
  io: Surroundings;
}

/** The same session, for work that ends when this signal aborts too. */
export function sessionUntil(session: Session, other: AbortSignal): Session {
  const signal = AbortSignal.any([session.io.signal, kept(other)]);
  return { ...session, cluster: session.cluster.withSignal(signal), io: { ...session.io, signal } };
}

/** The same session, which reads through this reader of its cluster. */
export function sessionReading<Some extends Pick<Session, 'cluster'>>(session: Some, reader: Reader): Some {
  return { ...session, cluster: { ...session.cluster, ...reader } };
}

/** The same session, for one look at things as they are now: nothing is asked for twice. */
export function sessionOnce<Some extends Pick<Session, 'cluster'>>(session: Some): Some {
  return sessionReading(session, readOnce(session.cluster));
}
