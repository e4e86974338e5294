/** What became of one probe connection. Only `reply` carries a version; every other outcome is a failure, counted and never dropped. */
export const outcomes = ['reply', 'refused', 'reset', 'eof', 'timeout', 'unknown'] as const;

/**
 * reply: an answer of a known version · refused: no connection was made · reset: the connection was reset before an answer ·
 * eof: it was closed before an answer · timeout: no answer in time · unknown: an answer that no known version gives.
 */
export type Outcome = (typeof outcomes)[number];

export interface Sample {
  /** Position in the loop, from 0. */
  index: number;
  /** When the probe started, ISO 8601 with milliseconds. */
  time: string;
  version: string | null;
  outcome: Outcome;
  /** From the start of the connection to the outcome, in milliseconds. */
  latencyMs: number;
  /** The answer without its line end, or as much of it as came; null where nothing came. */
  reply: string | null;
  /** The gateway pod that it was opened to, where it was opened to one alone. */
  via?: string;
  /** What the system says of a connection that failed, such as `connect ECONNREFUSED 127.0.0.1:31400`. */
  error?: string;
}

/** `reset 12, eof 3`. */
export function outcomesText(times: Readonly<Record<string, number>>): string {
  return Object.entries(times)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ');
}
