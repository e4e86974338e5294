import { setMaxListeners } from 'node:events';
import type { Io } from '../io.ts';
import { packageVersion } from '../package.ts';
import { deniedAccesses } from './objects/access.ts';
import type { Cluster } from './cluster.ts';
import { fieldManager } from './cluster.ts';
import { createCredentials } from './kubeconfig/credentials.ts';
import { contentsOf } from './objects/contents.ts';
import { deleteObject } from './objects/delete.ts';
import { createDiscovery } from './objects/discovery.ts';
import { exec } from './pods/exec.ts';
import type { Impersonation } from './kubeconfig/impersonation.ts';
import { impersonationHeaders } from './kubeconfig/impersonation.ts';
import { portForward } from './pods/port-forward.ts';
import { follow } from './objects/list-watch.ts';
import { getObject, listObjects } from './objects/read.ts';
import type { Client } from './objects/client.ts';
import type { Selection, ChosenContext } from './kubeconfig/context.ts';
import { chooseContext } from './kubeconfig/context.ts';
import { waitFor } from './objects/wait.ts';
import type { Wire } from './http/transport.ts';
import { applyObject, createObject } from './objects/write.ts';

const defaultTimeoutMs = 30_000;

/** kubectl's global flags, in its spelling. */
export interface ClusterOptions extends Selection, Impersonation {
  /** Longest wait for one answer, in milliseconds; 0: none; 30 s where absent. Watches are not bound by it. */
  requestTimeoutMs?: number | undefined;
  fieldManager?: string | undefined;
  /** Called with each distinct text of the API server's Warning headers, once. */
  warn: (text: string) => void;
}

/**
 * Finds the cluster and makes it ready to be asked; sends no request and runs no plugin yet.
 * @throws ShiftError config: no kubeconfig, or nothing in it that fits · usage: a group or uid to act as without a user
 */
export function connectCluster(options: ClusterOptions, io: Pick<Io, 'env' | 'signal' | 'clock'>): Promise<Cluster> {
  const chosen = chooseContext(options, io.env);
  const wire = wireTo(chosen, options, io);
  const { namespace } = chosen;
  const manager = options.fieldManager ?? fieldManager;
  return Promise.resolve(
    clusterOver({ wire, discovery: createDiscovery(wire), namespace, manager, signal: io.signal }),
  );
}

function wireTo(chosen: ChosenContext, options: ClusterOptions, io: Pick<Io, 'env' | 'clock'>): Wire {
  const { requestTimeoutMs = defaultTimeoutMs, warn } = options;
  const warned = new Set<string>();
  return {
    server: chosen.server,
    context: chosen.context,
    credentials: createCredentials(chosen, io.env),
    headers: { 'User-Agent': `tcpshift/${packageVersion()}`, ...impersonationHeaders(options, chosen.user) },
    requestTimeoutMs: requestTimeoutMs === 0 ? undefined : requestTimeoutMs,
    warn(text) {
      if (!warned.has(text)) warn(text);
      warned.add(text);
    },
    clock: io.clock,
  };
}

function clusterOver(client: Client): Cluster {
  const { wire, discovery, signal, namespace } = client;
  // Many requests at a time listen to it, which is no leak.
  setMaxListeners(0, signal);
  const until = (other: AbortSignal | undefined): Client =>
    other === undefined ? client : { ...client, signal: AbortSignal.any([signal, other]) };
  return {
    server: wire.server,
    context: wire.context,
    namespace,
    signal,
    get: (ref) => getObject(ref, client),
    list: (kind, options = {}) => listObjects(kind, options, client),
    pluralOf: async (kind) => (await discovery.find(kind, signal))?.plural,
    contents: (namespace, options = {}) => contentsOf(namespace, options, client),
    servedVersions: (group, kind) => discovery.versions(group, kind, signal),
    apply: (object, options = {}) => applyObject(object, options, client),
    create: (object, options = {}) => createObject(object, options, client),
    delete: (ref, uid, options = {}) => deleteObject({ ref, uid }, options, client),
    watch: (ref, signal) => follow(ref, until(signal)),
    waitFor: (ref, ready, { timeoutMs, signal }) => waitFor({ ref, ready, timeoutMs }, until(signal)),
    denied: (accesses) => deniedAccesses(accesses, client),
    portForward: (target, signal) => portForward(target, until(signal)),
    exec: (options) => exec(options, until(options.signal)),
    withSignal: (signal) => clusterOver({ ...client, signal }),
  };
}
