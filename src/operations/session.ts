import type { Cluster } from '../cluster/cluster.ts';
import type { Progress, Surroundings } from '../io.ts';

/** One run's connection to the cluster and to the person who watches. */
export interface Session {
  cluster: Cluster;
  progress: Progress;
  io: Surroundings;
}

/** The same session, for work that ends when this signal aborts too. */
export function sessionUntil(session: Session, other: AbortSignal): Session {
  const signal = AbortSignal.any([session.io.signal, other]);
  return { ...session, cluster: session.cluster.withSignal(signal), io: { ...session.io, signal } };
}
