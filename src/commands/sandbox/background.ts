import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { ShiftError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { packageRoot } from '../../package.ts';
import { isAlive, keeping, readState, type SandboxPaths, type SandboxState } from './state.ts';

const stopTimeoutMs = 10_000;

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
