import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { ShiftError } from '../../errors.ts';
import type { Environment } from '../../io.ts';
import type { ClusterEntry, Kubeconfig, UserEntry } from './files.ts';
import { kubeconfigFiles, readKubeconfig } from './files.ts';

/** What kubectl's global flags choose; absent where not given. */
export interface Selection {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
  user?: string | undefined;
  namespace?: string | undefined;
}

/** One cluster, one user and one namespace, chosen among all that the kubeconfig names. */
export interface ChosenContext {
  /** URL without a slash at its end. */
  server: string;
  context: string | undefined;
  namespace: string;
  cluster: ClusterEntry;
  /** Empty where the context names no user. */
  user: UserEntry;
}

/** The context in words that follow a noun; none where it has no name. */
export function ofContext({ context }: ChosenContext): string {
  return context === undefined ? '' : ` for context "${context}"`;
}

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds the cluster that kubectl would talk to.
 * @param podFolder where a pod finds its service account
 * @throws ShiftError config: no kubeconfig, no such context, cluster or user, a server that is no URL
 */
export function chooseContext(selection: Selection, env: Environment, podFolder = serviceAccountFolder): ChosenContext {
  const files = kubeconfigFiles(selection.kubeconfig, env);
  const config = readKubeconfig(files);
  if (config.contexts.size > 0 || config.clusters.size > 0) return chooseEntries(config, selection);
  const token = join(podFolder, 'token');
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (selection.kubeconfig !== undefined || host === undefined || !existsSync(token)) throw nothingFound(files);
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const namespaceFile = join(podFolder, 'namespace');
  const podNamespace = existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '';
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    server,
    context: undefined,
    namespace: selection.namespace ?? (podNamespace || 'default'),
    cluster: { server, 'certificate-authority': join(podFolder, 'ca.crt') },
    user: { tokenFile: token },
  };
}

function nothingFound(files: readonly string[]): ShiftError {
  const places = files.length === 0 ? 'neither KUBECONFIG nor HOME is set' : `looked at ${files.join(', ')}`;
  return new ShiftError('config', `no kubeconfig names a cluster: ${places}, and this is no pod`, {
    hint: 'set KUBECONFIG, or use an embedded cluster: eval "$(tcpshift sandbox start)"',
  });
}

/**
 * Applies kubectl's flags to a kubeconfig.
 * @throws ShiftError config, naming what there is to choose from
 */
function chooseEntries(config: Kubeconfig, selection: Selection): ChosenContext {
  const contextName = selection.context ?? config.currentContext;
  if (contextName === undefined && selection.cluster === undefined) {
    throw new ShiftError('config', `the kubeconfig sets no current context; it has ${listed(config.contexts)}`, {
      hint: 'choose one with --context, or for good: kubectl config use-context NAME',
    });
  }
  const context = contextName === undefined ? undefined : pick('context', config.contexts, contextName);
  const clusterName = selection.cluster ?? context?.cluster ?? '';
  const cluster = pick('cluster', config.clusters, clusterName);
  const userName = selection.user ?? context?.user ?? '';
  const user = userName === '' ? {} : pick('user', config.users, userName);
  const namespace = selection.namespace ?? (context?.namespace || 'default');
  return { server: serverUrl(cluster, clusterName), context: contextName, namespace, cluster, user };
}

function pick<Entry>(kind: 'context' | 'cluster' | 'user', entries: Map<string, Entry>, name: string): Entry {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw new ShiftError('config', `the kubeconfig has no ${kind} "${name}"; it has ${listed(entries)}`, {
    hint: `choose one of them with --${kind}`,
  });
}

function listed(entries: Map<string, unknown>): string {
  return entries.size === 0 ? 'none' : [...entries.keys()].map((name) => `"${name}"`).join(', ');
}

function serverUrl(cluster: ClusterEntry, name: string): string {
  const { server } = cluster;
  if (typeof server === 'string' && /^https?:\/\//.test(server) && URL.canParse(server))
    return server.replace(/\/+$/, '');
  throw new ShiftError('config', `cluster "${name}" of the kubeconfig has the server "${server}", which is no URL`, {
    hint: 'give it in the kubeconfig as https://host:port',
  });
}
