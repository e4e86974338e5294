import { formatDuration } from '../core/duration.ts';
import { shares, type Split } from '../core/split.ts';
import { watchPropagation } from '../core/verdict/propagation.ts';
import { connectionsToTell } from '../core/verdict/tellable.ts';
import { ShiftError } from '../errors.ts';
import type { Exchange } from '../probe/probe.ts';
import type { Session } from './session.ts';
import type { Place, Vantage } from './vantage.ts';

/** Connections through the gateway that obey the new weights. */
export interface Observation {
  from: Place;
  address: string;
  /** Connections until the new split had shown itself. */
  connections: number;
  /** From the write to the connection that decided, in milliseconds. */
  afterMs: number;
  /** From the write to the first connection that obeyed, in milliseconds. */
  firstObeyingMs?: number;
  /** From the write to the last connection that still obeyed the old weights, in milliseconds; absent where none was seen. */
  lastDisobeyingMs?: number;
}

export interface Change {
  before: Split;
  after: Split;
  /** Reading of the monotonic clock at the write. */
  writtenAt: number;
  timeoutMs: number;
  /** What to do where none obeys in time. */
  hint: string;
}

/** More connections than this are not opened without being asked for. */
const mostUnasked = 3000;

/** Milliseconds between the starts of two connections of the watch. */
const intervalMs = 5;

/** About how long, in milliseconds, connections have to be watched until they show the new split. */
export function expectedWatchMs(before: Split, after: Split): number {
  return connectionsToTell(before, after) * intervalMs;
}

/** @throws ShiftError usage: the splits are too alike to be told apart by a few connections */
export function refuseTooAlike(before: Split, after: Split): void {
  const needed = connectionsToTell(before, after);
  if (needed <= mostUnasked) return;
  throw new ShiftError('usage', `about ${needed} connections would be needed to tell the new split from the old one`, {
    hint: 'ask for it: --wait observed',
  });
}

/**
 * Opens connections until they speak for the new split rather than the old one.
 * @throws ShiftError timeout
 */
export async function observeChange(
  change: Change,
  through: { vantage: Vantage; exchange: Exchange },
  { io }: Session,
): Promise<Observation> {
  const propagation = watchPropagation(shares(change.before), shares(change.after));
  const { vantage, exchange } = through;
  const sinceWrite = (time = io.clock.now()): number =>
    Math.max(0, Math.round(io.clock.monotonic() - change.writtenAt - (io.clock.now() - time)));
  let connections = 0;
  for await (const sample of vantage.samples({ intervalMs, concurrency: 4, count: 100_000 }, exchange)) {
    connections++;
    const inForce = propagation.observe(sample);
    const afterMs = sinceWrite();
    if (inForce) {
      const { firstObeying, lastDisobeying } = propagation.report();
      return {
        from: vantage.from,
        address: vantage.address,
        connections,
        afterMs,
        ...(firstObeying?.time ? { firstObeyingMs: sinceWrite(Date.parse(firstObeying.time)) } : {}),
        ...(lastDisobeying?.time ? { lastDisobeyingMs: sinceWrite(Date.parse(lastDisobeying.time)) } : {}),
      };
    }
    if (afterMs > change.timeoutMs) break;
  }
  throw new ShiftError(
    'timeout',
    `${connections} connections through ${vantage.address} in ${formatDuration(change.timeoutMs)} do not obey the new weights`,
    { hint: change.hint },
  );
}
