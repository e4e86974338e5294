import type { Clock } from '../../io.ts';

interface Bounds {
  /** Milliseconds; no bound where undefined. */
  ms: number | undefined;
  /** What the run ends with when it takes longer. */
  late: () => Error;
  signal: AbortSignal;
}

/** Runs something that ends with its signal's reason, for at most so long. */
export async function within<T>(bounds: Bounds, run: (signal: AbortSignal) => Promise<T>, clock: Clock): Promise<T> {
  const { ms, late, signal } = bounds;
  if (ms === undefined) return run(signal);
  const deadline = new AbortController();
  const timer = new AbortController();
  clock.sleep(ms, timer.signal).then(
    () => deadline.abort(late()),
    () => {},
  );
  try {
    return await run(AbortSignal.any([signal, deadline.signal]));
  } finally {
    timer.abort();
  }
}

/** Waits for what cannot be aborted itself, until the signal aborts. */
export async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
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
