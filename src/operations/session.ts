import type { Cluster } from '../cluster/cluster.ts';
import type { Io, Progress } from '../io.ts';

/** One run's connection to the cluster and to the person who watches. */
export interface Session {
  cluster: Cluster;
  progress: Progress;
  io: Io;
}
