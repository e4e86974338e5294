import { setTimeout as delay } from 'node:timers/promises';

const pollEveryMs = 20;

export interface UntilOptions {
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Polls until the check answers anything but undefined or false; a check that throws counts as not yet.
 * @throws Error that names `what` and carries the last error, after `timeoutMs` (30 s where absent); the signal's reason where it aborts first
 */
export async function until<Answer>(
  what: string,
  check: () => Promise<Answer | undefined | false>,
  { timeoutMs = 30_000, signal }: UntilOptions = {},
): Promise<Answer> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await check();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`, { cause });
    await delay(pollEveryMs, undefined, signal ? { signal } : {});
  }
}
