import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync, type WriteStream } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ShiftError } from '../errors.ts';
import type { Io } from '../io.ts';
import { packageRoot } from '../package.ts';

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

const stopTimeoutMs = 10_000;

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

function readState(file: string): SandboxState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SandboxState;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The pid may be another program's by now; only the sandbox itself holds the key to the certificate in the kubeconfig. */
async function answers({ kubeconfig }: SandboxState, io: Io): Promise<boolean> {
  const { connect } = await import('../cluster/connect.ts');
  try {
    const cluster = await connect({ kubeconfig, requestTimeoutMs: 2000, warn: () => {} }, io);
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

async function openLog({ folder, log }: SandboxPaths): Promise<WriteStream> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A stream that has a file descriptor is handed to the process as it is, and outlives this one.
  const stream = createWriteStream(log, { mode: 0o600 });
  await once(stream, 'open');
  return stream;
}

/** What a process that ended said was wrong. */
function lastError({ log }: SandboxPaths): string | undefined {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.findLast((line) => line.startsWith('error: '))?.slice('error: '.length) ?? lines.at(-1);
}

/** Runs `tcpshift sandbox run` as a process that outlives this one, and resolves once it is ready. */
export async function launch(runArguments: readonly string[], paths: SandboxPaths, io: Io): Promise<SandboxState> {
  const log = await keeping(() => openLog(paths));
  const subprocess = execa(
    process.execPath,
    [join(packageRoot(), 'bin', 'tcpshift.js'), 'sandbox', 'run', ...runArguments],
    {
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
      env: io.env,
      ipc: true,
      stdin: 'ignore',
      stdout: log,
      stderr: log,
    },
  );
  log.close();
  const ready = new Promise<void>((resolve) => subprocess.once('message', () => resolve()));
  const ended = await Promise.race([ready, subprocess]);
  if (ended) {
    const why = lastError(paths) || `exit code ${ended.exitCode}`;
    throw new ShiftError('config', `the sandbox did not start: ${why}`, {
      hint: `read its log: ${paths.log}`,
    });
  }
  subprocess.disconnect();
  subprocess.unref();
  return readState(paths.state)!;
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

/** @throws ShiftError timeout where the process does not end */
export async function terminate({ pid }: SandboxState, io: Io): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const deadline = io.clock.monotonic() + stopTimeoutMs;
  while (isAlive(pid)) {
    if (io.clock.monotonic() > deadline) {
      throw new ShiftError('timeout', `process ${pid} does not end`, { hint: `end it: kill -9 ${pid}` });
    }
    await io.clock.sleep(20, io.signal);
  }
}
