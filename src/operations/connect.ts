import { connectCluster, type ClusterOptions } from '../cluster/connect.ts';
import type { Session } from './session.ts';

/** Which cluster, as whom, and how: kubectl's global flags. */
export type SessionOptions = Omit<ClusterOptions, 'warn' | 'fieldManager'>;

/**
 * Opens a session with the cluster that the options, the kubeconfig and the environment name; the server's warnings go to `progress`.
 * Nothing has been asked of the server yet.
 * @throws ShiftError config: no kubeconfig, or nothing in it that fits · usage: a group or uid to act as without a user
 */
export async function connectSession(
  options: SessionOptions,
  around: Pick<Session, 'progress' | 'io'>,
): Promise<Session> {
  const { progress, io } = around;
  const cluster = await connectCluster({ ...options, warn: (text) => progress.warn(text) }, io);
  return { cluster, progress, io };
}
