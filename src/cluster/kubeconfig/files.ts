import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { firstLine } from '../../core/text.ts';
import { ShiftError } from '../../errors.ts';
import type { Environment } from '../../io.ts';

/** Entries of a kubeconfig, in its own spelling. */
export interface ClusterEntry {
  server: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  'proxy-url'?: string;
}

export interface ExecEntry {
  apiVersion?: string;
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  installHint?: string;
  interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
  provideClusterInfo?: boolean;
}

export interface UserEntry {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  as?: string;
  'as-groups'?: string[];
  'as-uid'?: string;
  'as-user-extra'?: Record<string, string[]>;
  exec?: ExecEntry;
  'auth-provider'?: { name: string; config?: Record<string, string> };
}

interface ContextEntry {
  cluster: string;
  user?: string;
  namespace?: string;
}

/** Several kubeconfig files as one. */
export interface Kubeconfig {
  currentContext: string | undefined;
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, ContextEntry>;
}

/**
 * Where kubectl looks: `--kubeconfig`, else the list in KUBECONFIG, else ~/.kube/config.
 * @throws ShiftError config: a file that `--kubeconfig` names does not exist
 */
export function kubeconfigFiles(explicit: string | undefined, env: Environment): string[] {
  if (explicit !== undefined) {
    if (existsSync(explicit)) return [explicit];
    throw new ShiftError('config', `the kubeconfig "${explicit}" does not exist`, {
      hint: 'name a file that exists with --kubeconfig',
    });
  }
  const listed = env['KUBECONFIG']?.split(delimiter).filter((file) => file !== '') ?? [];
  if (listed.length > 0) return listed;
  const home = env['HOME'] ?? env['USERPROFILE'];
  return home === undefined ? [] : [join(home, '.kube', 'config')];
}

/**
 * Reads the files that exist and merges them as kubectl does: the first file that names a context, cluster or user, or sets current-context,
 * wins; paths are relative to the file that holds them.
 * @throws ShiftError config: a file cannot be read, is no YAML or no kubeconfig
 */
export function readKubeconfig(files: readonly string[]): Kubeconfig {
  const merged: Kubeconfig = { currentContext: undefined, clusters: new Map(), users: new Map(), contexts: new Map() };
  for (const file of files.filter((file) => existsSync(file))) {
    const content = readFile(file);
    const folder = dirname(resolve(file));
    merged.currentContext ??= content['current-context'] || undefined;
    addMissing(merged.clusters, named<ClusterEntry>(content, 'cluster', file), (entry) =>
      withAbsolutePaths(entry, ['certificate-authority'], folder),
    );
    addMissing(merged.users, named<UserEntry>(content, 'user', file), (entry) => absoluteUser(entry, folder));
    addMissing(merged.contexts, named<ContextEntry>(content, 'context', file), (entry) => entry);
  }
  return merged;
}

function readFile(file: string): Record<string, any> {
  const refuse = (found: string, cause?: unknown) =>
    new ShiftError('config', `the kubeconfig "${file}" ${found}`, {
      hint: `mend "${file}", or name another with --kubeconfig`,
      cause,
    });
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(`cannot be read: ${firstLine((error as Error).message)}`, error);
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) throw refuse('holds no mapping');
  return content as Record<string, any>;
}

function named<Entry>(content: Record<string, any>, kind: string, file: string): [string, Entry][] {
  const entries = (content[`${kind}s`] ?? []) as { name?: string }[];
  if (!Array.isArray(entries) || entries.some((entry) => typeof entry?.name !== 'string')) {
    throw new ShiftError('config', `the kubeconfig "${file}" has "${kind}s" that are not a list of named entries`, {
      hint: `mend "${file}", or name another with --kubeconfig`,
    });
  }
  return entries.map((entry) => [entry.name!, ((entry as Record<string, unknown>)[kind] ?? {}) as Entry]);
}

function addMissing<Entry>(into: Map<string, Entry>, entries: [string, Entry][], made: (entry: Entry) => Entry): void {
  for (const [name, entry] of entries) if (!into.has(name)) into.set(name, made(entry));
}

function absoluteUser(entry: UserEntry, folder: string): UserEntry {
  const user = withAbsolutePaths(entry, ['client-certificate', 'client-key', 'tokenFile'], folder);
  // A bare name is looked up in PATH, as client-go does.
  if (!user.exec?.command?.includes('/')) return user;
  return { ...user, exec: withAbsolutePaths(user.exec, ['command'], folder) };
}

function withAbsolutePaths<Entry extends object>(entry: Entry, fields: (keyof Entry)[], folder: string): Entry {
  const made = { ...entry };
  for (const field of fields) {
    const path = made[field];
    if (typeof path === 'string' && path !== '' && !isAbsolute(path)) made[field] = join(folder, path) as typeof path;
  }
  return made;
}
