import type { Cluster } from '../cluster/cluster.ts';
import type { Io } from '../io.ts';
import { createProgress, type Progress } from '../report/terminal/progress.ts';
import type { RoutingApiName } from '../routing/routing-api.ts';

/** The namespace of Istio's own task page. */
export const taskNamespace = 'istio-io-tcp-traffic-shifting';

/** The options that every command takes, in kubectl's spellings. */
export interface GlobalOptions {
  namespace?: string;
  context?: string;
  cluster?: string;
  user?: string;
  kubeconfig?: string;
  as?: string;
  asGroup?: string[];
  asUid?: string;
  /** Milliseconds; 0 for no limit. */
  requestTimeout?: number;
  api: 'auto' | RoutingApiName;
  verbose?: boolean;
  quiet?: boolean;
  /** How the user calls the program: `tcpshift` or `kubectl tcpshift`. */
  usageName: string;
}

/** One run's connection to the cluster and to the person who watches. */
export interface Session {
  cluster: Cluster;
  progress: Progress;
  io: Io;
}

export function openProgress(options: Pick<GlobalOptions, 'quiet' | 'verbose'>, io: Io): Progress {
  const { quiet = false, verbose = false } = options;
  return createProgress({ stderr: io.stderr, env: io.env, quiet, verbose });
}

/** Connects as the kubeconfig and the options say. Nothing has been asked of the server yet. */
export async function openSession(options: GlobalOptions, io: Io): Promise<Session> {
  const progress = openProgress(options, io);
  const { connect } = await import('../cluster/connect.ts');
  const { namespace, context, cluster, user, kubeconfig, as, asGroup, asUid, requestTimeout } = options;
  const connection = await connect(
    {
      ...defined({ namespace, context, cluster, user, kubeconfig, as, asGroup, asUid }),
      ...(requestTimeout === undefined ? {} : { requestTimeoutMs: requestTimeout }),
      warn: (text) => progress.warn(text),
    },
    io,
  );
  return { cluster: connection, progress, io };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value: an option that was not given must be absent, not undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
