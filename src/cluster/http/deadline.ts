import type { Clock } from '../../io.ts';
import { alarm } from '../../waiting.ts';

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
  const stop = alarm(ms, () => deadline.abort(late()), clock);
  try {
    return await run(AbortSignal.any([signal, deadline.signal]));
  } finally {
    stop();
  }
}
