/** What an attempt came to: an answer, or a connection that broke under a read. */
export type Attempt = { code: number; retryAfter: string | undefined } | { error: unknown };

const maxRetries = 10;
/** A connection that breaks again and again will not mend by itself. */
const maxResetRetries = 4;
/** Nobody waits longer at a prompt for one request. */
const longestWaitMs = 60_000;

/**
 * Milliseconds until the next attempt; undefined where there should be none.
 * Source of the rule for answers: client-go retries 429 and 5xx that carry Retry-After, up to 10 times.
 * @param attempt the attempts so far, from 1
 * @param now milliseconds since the epoch, for a Retry-After that is a date
 */
export function retryDelay(outcome: Attempt, attempt: number, now: number): number | undefined {
  if ('error' in outcome) return attempt > maxResetRetries ? undefined : 100 * 2 ** (attempt - 1);
  const { code, retryAfter } = outcome;
  const overloaded = code === 429 || (code >= 500 && retryAfter !== undefined);
  if (!overloaded || attempt > maxRetries) return undefined;
  const waitMs = retryAfter === undefined ? 1000 : parseRetryAfter(retryAfter, now);
  return waitMs > longestWaitMs ? undefined : waitMs;
}

/** Retry-After is a number of seconds or an HTTP date; what is neither counts as one second. */
function parseRetryAfter(text: string, now: number): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 1000 : Math.max(0, date - now);
}
