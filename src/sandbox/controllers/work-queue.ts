/** Keys of objects that wait to be brought in order; a key that is named again before its turn has one turn. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds the key later; a later call for the same key takes the place of an earlier one. */
  addAfter(key: string, delayMs: number): void;
  stop(): void;
}

const firstRetryMs = 5;
const lastRetryMs = 1000;

/**
 * Calls `reconcile` once for each key that was added, never twice at a time for the same key. What the API server refuses is tried again,
 * ever later; any other exception is a bug and ends the process.
 */
export function createWorkQueue(
  reconcile: (key: string) => void | Promise<void>,
  isRefusal: (error: unknown) => boolean,
): WorkQueue {
  const waiting = new Set<string>();
  const running = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Map<string, NodeJS.Timeout>();
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;

  const schedule = (): void => {
    if (!stopped && waiting.size > 0) turn ??= setImmediate(runAll);
  };

  const runAll = (): void => {
    turn = undefined;
    const ready = [...waiting].filter((key) => !running.has(key));
    for (const key of ready) {
      waiting.delete(key);
      running.add(key);
      void run(key);
    }
  };

  const run = async (key: string): Promise<void> => {
    try {
      await reconcile(key);
      failures.delete(key);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      retry(key);
    } finally {
      running.delete(key);
      schedule();
    }
  };

  const retry = (key: string): void => {
    const count = failures.get(key) ?? 0;
    failures.set(key, count + 1);
    addAfter(key, Math.min(firstRetryMs * 2 ** count, lastRetryMs));
  };

  const add = (key: string): void => {
    waiting.add(key);
    schedule();
  };

  const addAfter = (key: string, delayMs: number): void => {
    if (stopped) return;
    clearTimeout(timers.get(key));
    const due = (): void => {
      timers.delete(key);
      add(key);
    };
    timers.set(key, setTimeout(due, delayMs));
  };

  return {
    add,
    addAfter,
    stop() {
      stopped = true;
      if (turn) clearImmediate(turn);
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
