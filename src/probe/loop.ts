import { setMaxListeners } from 'node:events';
import type { Sample } from '../core/sample.ts';
import type { Clock } from '../io.ts';
import { probe } from './connection.ts';
import { pacer } from './pace.ts';
import type { Dial, Exchange } from './probe.ts';

export interface LoopOptions {
  /** Endless where absent. */
  count?: number;
  /** From one start to the next, in milliseconds. */
  intervalMs: number;
  /** Most connections at once. */
  concurrency: number;
  /** How far a start may be late at random, as a fraction of the interval, so that probes don't keep step with a round robin. */
  jitter: number;
}

export interface LoopDeps {
  dial: Dial;
  exchange: Exchange;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  signal?: AbortSignal;
  /** Where the probe with this index goes, for its sample. */
  viaOf?: (index: number) => string;
}

/**
 * Probes again and again, and yields the samples in the order in which they started. Order of completion would be
 * biased: where one looks after every sample, a slow version would come too late to be counted.
 * Probes are started only while samples are asked for, apart from a few ahead where several run at once.
 * Stopping early closes what is open. Throws the signal's reason when it aborts, and whatever `probe` throws.
 */
export function probeLoop(options: LoopOptions, deps: LoopDeps): AsyncIterableIterator<Sample, undefined> {
  const stop = new AbortController();
  const samples = run(options, deps, stop);
  return {
    next: () => samples.next(),
    // A generator alone would only return after the sample that it waits for.
    return: () => {
      stop.abort(stopped);
      return samples.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const stopped = Symbol('stopped by the consumer');

async function* run(options: LoopOptions, deps: LoopDeps, stop: AbortController): AsyncGenerator<Sample, undefined> {
  const { count = Infinity, concurrency } = options;
  const pending: Promise<Sample>[] = [];
  const launch = launcher(options, deps, stop.signal);
  const passOn = () => stop.abort(deps.signal?.reason);
  setMaxListeners(0, stop.signal);
  deps.signal?.addEventListener('abort', passOn, { once: true });
  if (deps.signal?.aborted) passOn();
  // Room behind a probe that times out; none where probes run one by one.
  const ahead = 4 * (concurrency - 1) + 1;
  try {
    for (let next = 0; next < count || pending.length > 0;) {
      stop.signal.throwIfAborted();
      while (next < count && pending.length < ahead) pending.push(launch(next++));
      yield await pending.shift()!;
    }
  } catch (error) {
    if (stop.signal.reason !== stopped) throw error;
  } finally {
    deps.signal?.removeEventListener('abort', passOn);
    stop.abort(stopped);
    await Promise.allSettled(pending);
  }
  return undefined;
}

/** Starts probes one after another: each waits for the start before it, for a free place, and for its time. */
function launcher(options: LoopOptions, deps: LoopDeps, signal: AbortSignal): (index: number) => Promise<Sample> {
  const { exchange, viaOf, ...connection } = deps;
  const places = semaphore(options.concurrency);
  const nextStart = pacer(options, deps);
  let lastStart: Promise<void> = Promise.resolve();
  const launch = async (index: number) => {
    const before = lastStart;
    lastStart = before.then(() => places.take()).then(() => nextStart(signal));
    await lastStart;
    try {
      const sample = await probe(index, exchange, { ...connection, signal });
      return viaOf ? { ...sample, via: viaOf(index) } : sample;
    } finally {
      places.free();
    }
  };
  return (index) => {
    const sample = launch(index);
    // One that fails while an earlier one is awaited is reported when its turn comes.
    sample.catch(() => {});
    return sample;
  };
}

/** Places to be taken by one waiter at a time. */
function semaphore(size: number): { take: () => Promise<void>; free: () => void } {
  let left = size;
  let wake = () => {};
  return {
    take: async () => {
      if (left === 0) await new Promise<void>((resolve) => (wake = resolve));
      left -= 1;
    },
    free: () => {
      left += 1;
      wake();
    },
  };
}
