import type { Clock } from './io.ts';

/** Calls `ring` after `ms` milliseconds, unless the function that it returns is called before. */
export function alarm(ms: number, ring: () => void, clock: Clock): () => void {
  const timer = new AbortController();
  clock.sleep(ms, timer.signal).then(ring, () => {});
  return () => timer.abort();
}

/** Waits for what cannot be aborted itself, until the signal aborts; rejects with its reason then. */
export async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody else may wait for it where the signal has aborted before.
  promise.catch(() => {});
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What must still be done after an abort. */
export interface Respite {
  /** Aborts so long after the other signal, with its reason. */
  signal: AbortSignal;
  /** To be called when it is done. */
  end: () => void;
}

/** `ms` milliseconds more than a signal leaves. */
export function respite(signal: AbortSignal, ms: number, clock: Clock): Respite {
  const over = new AbortController();
  let stop = () => {};
  const begin = () => (stop = alarm(ms, () => over.abort(signal.reason), clock));
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    signal: over.signal,
    end: () => {
      signal.removeEventListener('abort', begin);
      stop();
    },
  };
}

/** The same signal, safe to be handed to AbortSignal.any: Node 20 drops a timeout's before its time where nobody listens to it. */
export function kept(signal: AbortSignal): AbortSignal {
  signal.addEventListener('abort', heard, { once: true });
  return signal;
}

// One for all: a signal takes the same listener once.
function heard(): void {}
