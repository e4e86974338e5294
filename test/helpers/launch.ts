import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { binary, type CliOptions, type CliResult, environmentOf } from './cli.ts';

/** How a process ended: by itself, or by a signal, in which case its exit code is -1. */
interface Ended extends CliResult {
  signal: NodeJS.Signals | null;
}

/** A run of the built binary that signals can be sent to. */
export interface Launched {
  send(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** Starts the built binary; what still runs when the test is over is killed. Once it is gone its streams are read to no end: others may hold them. */
export function launch(args: readonly string[], options: CliOptions = {}): Launched {
  const child = spawn(process.execPath, [binary, ...args], {
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(async ([code, signal]: (number | NodeJS.Signals | null)[]) => {
    await new Promise(setImmediate);
    return { exitCode: Number(code ?? -1), signal: signal as NodeJS.Signals | null, ...written };
  });
  return { send: (signal) => void child.kill(signal), ended };
}

/** Resolves with what the promise gives; rejects where that takes more than so many milliseconds. */
export async function inTime<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const timeout = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
    timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
