import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ShiftError } from '../../errors.ts';
import { silentProgress, type Io } from '../../io.ts';

/** What is known of the sandbox that runs in a process of its own. */
export interface SandboxState {
  pid: number;
  server: string;
  kubeconfig: string;
  startedAt: string;
}

export interface SandboxPaths {
  folder: string;
  state: string;
  kubeconfig: string;
  log: string;
}

export function sandboxPaths(env: Io['env']): SandboxPaths {
  const home = env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state');
  const folder = join(home, 'tcpshift', 'sandbox');
  return {
    folder,
    state: join(folder, 'state.json'),
    kubeconfig: join(folder, 'kubeconfig'),
    log: join(folder, 'log'),
  };
}

/** The running sandbox; undefined where there is none, also where its process died without a word. */
export async function findSandbox({ state }: SandboxPaths, io: Io): Promise<SandboxState | undefined> {
  const known = readState(state);
  return known && isAlive(known.pid) && (await answers(known, io)) ? known : undefined;
}

/** What was written down of a sandbox; undefined where nothing that can be read was. */
export function readState(file: string): SandboxState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SandboxState;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The pid may be another program's by now; only the sandbox itself holds the key to the certificate in the kubeconfig. */
async function answers({ kubeconfig }: SandboxState, io: Io): Promise<boolean> {
  const { connectSession } = await import('../../operations/connect.ts');
  try {
    const { cluster } = await connectSession({ kubeconfig, requestTimeoutMs: 2000 }, { progress: silentProgress, io });
    return (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' })) !== undefined;
  } catch (error) {
    if (error instanceof ShiftError) return false;
    throw error;
  }
}

/** Writes files of the sandbox. @throws ShiftError config where the file system refuses */
export async function keeping<T>(write: () => T | Promise<T>, variable = 'XDG_STATE_HOME'): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    throw new ShiftError('config', `cannot keep the files of the sandbox: ${cause.message}`, {
      hint: `name a folder that can be written with ${variable}`,
      cause,
    });
  }
}

/** Writes down that this process is the sandbox, and tells the process that launched it. */
export function announce(state: SandboxState, paths: SandboxPaths): void {
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  writeFileSync(paths.state, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  process.send?.('ready');
}

export function forget(paths: SandboxPaths): void {
  rmSync(paths.state, { force: true });
}

/** The line for the shell that makes kubectl and tcpshift use the sandbox. */
export function exportLine({ kubeconfig }: SandboxState): string {
  const plain = /^[\w./@%+=:,-]+$/.test(kubeconfig);
  return `export KUBECONFIG=${plain ? kubeconfig : `'${kubeconfig.replaceAll("'", "'\\''")}'`}`;
}
