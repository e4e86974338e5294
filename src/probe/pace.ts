import type { Clock } from '../io.ts';

export interface Pace {
  intervalMs: number;
  /** Longest random delay of a start, as a fraction of the interval. */
  jitter: number;
}

/**
 * A function that resolves when the next start is due: the first at once, then one an interval, each up to
 * `jitter` × interval late; the delays don't add up. More than an interval behind, it goes on from now instead of
 * catching up in a burst. Rejects with the signal's reason when that aborts.
 */
export function pacer(
  { intervalMs, jitter }: Pace,
  { clock, random }: { clock: Clock; random: () => number },
): (signal: AbortSignal) => Promise<void> {
  let slot: number | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    const now = clock.monotonic();
    if (slot === undefined) {
      slot = now;
      return;
    }
    slot += intervalMs;
    if (now - slot > intervalMs) slot = now;
    const wait = slot + jitter * intervalMs * random() - now;
    if (wait > 0) await clock.sleep(wait, signal);
  };
}
