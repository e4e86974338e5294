import type { Duplex } from 'node:stream';

/** Opens one connection through the gateway, the probe's with this index; rejects with the socket's own error. */
export type Dial = (signal: AbortSignal, index?: number) => Promise<Duplex>;

/** Tells which version an answer comes from; null where no known version gives it. */
export type Classify = (reply: string) => string | null;

/** One conversation: what is said on the connection, and how the answer is read. */
export interface Exchange {
  /** Text of the line that is sent, without its line end; the probe's own time where absent, as the page's `date` does. */
  send?: string;
  /** The server speaks first: send nothing, read one line. */
  readFirst?: boolean;
  classify: Classify;
  /** Whole probe, connection included. */
  timeoutMs: number;
}
