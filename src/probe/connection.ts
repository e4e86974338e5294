import type { Duplex } from 'node:stream';
import type { Outcome, Sample } from '../core/sample.ts';
import type { Clock } from '../io.ts';
import { dateLine } from './date-line.ts';
import { alarm, orAbort } from '../waiting.ts';
import { messageOf, outcomeOfError } from './failure.ts';
import type { Classify, Dial, Exchange } from './probe.ts';
import { readLine } from './read-line.ts';

export interface ConnectionDeps {
  dial: Dial;
  clock: Clock;
  /** Ends the probe at once; it then rejects with the signal's reason. */
  signal: AbortSignal;
}

type ProbeFinding = Pick<Sample, 'version' | 'outcome' | 'reply' | 'error'>;

/**
 * One probe: connects, says its line, reads one line, and only then ends its side, because some proxies drop the answer
 * to a client that ended first. No connection outlives it.
 * @throws the signal's reason when aborted, and errors that tell nothing about the service: a ShiftError of the dial or
 * of this machine's limits
 */
export async function probe(index: number, exchange: Exchange, deps: ConnectionDeps): Promise<Sample> {
  const { dial, clock, signal } = deps;
  signal.throwIfAborted();
  const attempt = new AbortController();
  const giveUp = () => attempt.abort(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const epoch = clock.now();
  const started = clock.monotonic();
  const stop = alarm(exchange.timeoutMs, () => attempt.abort(), clock);
  try {
    const said = exchange.readFirst ? null : `${exchange.send ?? dateLine(epoch)}\n`;
    const opening: Dial = (until) => dial(until, index);
    const { version, outcome, ...heard } = await converse(opening, said, exchange.classify, attempt.signal);
    const latencyMs = Math.round((clock.monotonic() - started) * 1000) / 1000;
    signal.throwIfAborted();
    return { index, time: new Date(epoch).toISOString(), version, outcome, latencyMs, ...heard };
  } finally {
    stop();
    signal.removeEventListener('abort', giveUp);
    attempt.abort();
  }
}

/** Dials, talks and closes; an abort of the signal is a timeout here. */
async function converse(
  dial: Dial,
  said: string | null,
  classify: Classify,
  signal: AbortSignal,
): Promise<ProbeFinding> {
  let stream: Duplex;
  try {
    stream = await dialled(dial, signal);
  } catch (error) {
    return signal.aborted ? failed('timeout', null) : failed(outcomeOfError(error, 'refused'), null, error);
  }
  // A stream that fails after its answer was read must not end the process.
  stream.on('error', () => {});
  const heard = readLine(stream, signal);
  if (said !== null) stream.write(said);
  const { text, complete, error } = await heard;
  close(stream, complete);
  const reply = text === '' && !complete ? null : text;
  if (signal.aborted && !complete) return failed('timeout', reply);
  if (error !== undefined) return failed(outcomeOfError(error, 'reset'), reply, error);
  if (!complete) return failed('eof', reply);
  const version = classify(text);
  return { version, outcome: version === null ? 'unknown' : 'reply', reply };
}

function failed(outcome: Outcome, reply: string | null, error?: unknown): ProbeFinding {
  return { version: null, outcome, reply, ...(error === undefined ? {} : { error: messageOf(error) }) };
}

/** Opens a stream; one that comes after the signal's abort is destroyed. */
function dialled(dial: Dial, signal: AbortSignal): Promise<Duplex> {
  const dialling = dial(signal);
  dialling.then(
    (stream) => void (signal.aborted && stream.on('error', () => {}).destroy()),
    () => {},
  );
  return orAbort(dialling, signal);
}

/** Ends politely where nothing waits to be sent; a stream that cannot even send its line is cut. */
function close(stream: Duplex, answered: boolean): void {
  if (answered && stream.writableLength === 0) stream.end(() => stream.destroy());
  else stream.destroy();
}
