import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Command {
  /** The program and its arguments. */
  words: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface Running {
  /** Resolves with a description of how it ended. */
  ended: Promise<string>;
  /** Asks it to end, waits the grace, then kills it; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/** Starts a program with its output in `<logs>/<name>.log`; a second program of the same name appends to it. */
export function start(name: string, command: Command, logs: string): Running {
  const [program, ...args] = command.words;
  const log = createWriteStream(join(logs, `${name}.log`), { flags: 'a' });
  const child = execa(program!, args, {
    ...(command.env ? { env: command.env } : {}),
    ...(command.cwd ? { cwd: command.cwd } : {}),
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  });
  child.all.pipe(log);
  const ended = child.then(({ exitCode, signal, originalMessage }) =>
    exitCode === undefined ? (signal ?? originalMessage ?? 'not started') : `exit status ${exitCode}`,
  );
  return {
    ended,
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The last lines of a program's log, for a message about its end. */
export async function tail(name: string, logs: string, lines = 15): Promise<string> {
  const text = await readFile(join(logs, `${name}.log`), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
