import { findTarget, type Target, type TargetQuery } from '../operations/route/target.ts';
import type { Session } from '../operations/session.ts';
import type { Io, Progress } from '../io.ts';
import { createProgress } from '../report/terminal/progress.ts';

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
  api: NonNullable<TargetQuery['api']>;
  verbose?: boolean;
  quiet?: boolean;
  /** How the user calls the program: `tcpshift` or `kubectl tcpshift`. */
  usageName: string;
}

export function openProgress(options: Pick<GlobalOptions, 'quiet' | 'verbose'>, io: Io): Progress {
  const { quiet = false, verbose = false } = options;
  return createProgress({ stderr: io.stderr, env: io.env, quiet, verbose });
}

/** Connects as the kubeconfig and the options say. Nothing has been asked of the server yet. */
export async function openSession(options: GlobalOptions, io: Io): Promise<Session> {
  const progress = openProgress(options, io);
  const { connectSession } = await import('../operations/connect.ts');
  const { namespace, context, cluster, user, kubeconfig, as, asGroup, asUid, requestTimeout } = options;
  const wanted = { namespace, context, cluster, user, kubeconfig, as, asGroup, asUid };
  return connectSession({ ...wanted, requestTimeoutMs: requestTimeout }, { progress, io });
}

/** Which route a command is about. */
export interface TargetOptions extends GlobalOptions {
  /** `tcproute/NAME`, `virtualservice/NAME` or NAME; the task's own route where absent. */
  route?: string;
  /** Listener port that picks one match of a VirtualService. */
  listenerPort?: number;
}

/** The route that the options name. @throws ShiftError as findTarget */
export async function openTarget({ route: name, ...options }: TargetOptions, session: Session): Promise<Target> {
  const { namespace, api, listenerPort } = options;
  return findTarget({ name, namespace, api, listenerPort }, session);
}
