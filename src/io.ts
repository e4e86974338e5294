import { setTimeout as delay } from 'node:timers/promises';

/** Time as the program sees it; passed in, so that tests and simulations need no real waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences have a meaning. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The same moment on both of a clock's scales. */
export interface Moment {
  monotonic: number;
  /** Milliseconds since the epoch. */
  epochMs: number;
}

/** This moment. */
export function momentOf(clock: Pick<Clock, 'now' | 'monotonic'>): Moment {
  return { monotonic: clock.monotonic(), epochMs: clock.now() };
}

/** One output stream, with what decides how to write to it. */
export interface Output {
  write(text: string): void;
  /** Resolves when all of it is written; rejects where it cannot be. Absent where that cannot happen. */
  flushed?(): Promise<void>;
  readonly isTTY: boolean;
  /** Width in characters, 80 where the stream is no terminal. */
  readonly columns: number;
}

/** What work on a cluster takes of its surroundings. */
export interface Surroundings {
  readonly env: Environment;
  readonly clock: Clock;
  /** Who runs this, as others are told, different in every process: `ann@laptop, process 4711`. */
  readonly identity: string;
  /** Ends all work, which then rejects with its reason. */
  readonly signal: AbortSignal;
}

/** Variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything of the process that a command may touch; its signal aborts with a ShiftError of kind `interrupted` or `terminated`. */
export interface Io extends Surroundings {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Something that takes time. */
export interface Step {
  /** Says what is being waited for now. */
  update(text: string): void;
  /** Ends the step; with the text that it had, where none is given. */
  done(text?: string): void;
  fail(text?: string): void;
}

/** What a person is told while something runs. */
export interface Progress {
  step(text: string): Step;
  warn(text: string): void;
  note(text: string): void;
  /** Told to those who want to know more. */
  detail(text: string): void;
}

/** Tells nobody anything. */
export const silentProgress: Progress = {
  step: () => ({ update() {}, done() {}, fail() {} }),
  warn() {},
  note() {},
  detail() {},
};

/** A timer for longer would go off at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      for (let left = ms; left > longestTimerMs; left -= longestTimerMs)
        await delay(longestTimerMs, undefined, { signal });
      await delay(ms % longestTimerMs, undefined, { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
