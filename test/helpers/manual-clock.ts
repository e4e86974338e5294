import type { Clock } from '../../src/io.ts';

export interface ManualClock extends Clock {
  /** Every sleep that was begun, in milliseconds. */
  readonly slept: readonly number[];
  /** Lets time pass. */
  advance(ms: number): void;
  /** Resolves as soon as a sleep of this length is under way. */
  asleep(ms: number): Promise<void>;
}

/** A clock that stands still until it is moved; sleeps that `passes` accepts move it themselves and end at once. */
export function manualClock(passes: (ms: number) => boolean = () => false): ManualClock {
  let now = Date.UTC(2030, 0, 1);
  const slept: number[] = [];
  const sleepers = new Set<{ ms: number; until: number; wake: () => void }>();
  const watchers = new Set<() => void>();
  return {
    slept,
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        slept.push(ms);
        if (passes(ms)) {
          now += ms;
          return resolve();
        }
        const sleeper = { ms, until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
        for (const look of watchers) look();
      }),
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
    asleep: (ms) =>
      new Promise((resolve) => {
        const look = () => {
          if (![...sleepers].some((sleeper) => sleeper.ms === ms)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}
