import { formatDuration } from '../../core/duration.ts';
import { shares, type Split } from '../../core/weights/split.ts';
import { halfOfEach, watchPropagation } from '../../core/verdict/propagation.ts';
import { connectionsToTell } from '../../core/verdict/tellable.ts';
import { ShiftError } from '../../errors.ts';
import type { Exchange } from '../../probe/probe.ts';
import type { ObservedChange } from '../../core/route/shift-result.ts';
import type { Session } from '../session.ts';
import type { Vantage } from '../probing/vantage.ts';

export interface Change {
  before: Split;
  after: Split;
  /** Reading of the monotonic clock at the write. */
  writtenAt: number;
  timeoutMs: number;
  /** What to do where none obeys in time. */
  hint: string;
  /** Whether every gateway is known to have the weights; undefined where that is still being found out. */
  allProgrammed: () => boolean | undefined;
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

/** More connections than this are not opened to learn whether old weights are still at work. */
const mostAfterwards = 300;

/**
 * Opens connections until they speak for the new split rather than the old one, and both are no longer at work side by side: until every gateway is
 * programmed, or, where that cannot be known, as long as it takes to tell the new split from half of each.
 * @throws ShiftError timeout
 */
export async function observeChange(
  change: Change,
  through: { vantage: Vantage; exchange: Exchange },
  { io }: Session,
): Promise<ObservedChange> {
  const [before, after] = [shares(change.before), shares(change.after)];
  const propagation = watchPropagation(before, after);
  const { vantage, exchange } = through;
  const sinceWrite = (time = io.clock.now()): number =>
    Math.max(0, Math.round(io.clock.monotonic() - change.writtenAt - (io.clock.now() - time)));
  const mixed = [...halfOfEach(before, after)].map(([version, weight]) => ({ version, weight }));
  const toTell = Math.min(mostAfterwards, connectionsToTell(mixed, change.after));
  let connections = 0;
  let sure: Pick<ObservedChange, 'connections' | 'afterMs'> | undefined;
  const isOver = (): boolean => {
    const all = change.allProgrammed();
    const afterwards = connections - (sure?.connections ?? connections);
    if (all === undefined || (!all && afterwards < toTell)) return false;
    return afterwards >= mostAfterwards || propagation.report().mixedMs !== undefined;
  };
  for await (const sample of vantage.samples({ intervalMs, concurrency: 4, count: 100_000 }, exchange)) {
    connections++;
    const inForce = propagation.observe(sample);
    const afterMs = sinceWrite();
    if (inForce) sure ??= { connections, afterMs };
    const isLate = afterMs > change.timeoutMs;
    if (sure && (isLate || isOver())) {
      const { firstObeying, lastDisobeying, mixedMs } = propagation.report();
      return {
        from: vantage.from,
        address: vantage.address,
        ...sure,
        ...(firstObeying?.time ? { firstObeyingMs: sinceWrite(Date.parse(firstObeying.time)) } : {}),
        ...(lastDisobeying?.time ? { lastDisobeyingMs: sinceWrite(Date.parse(lastDisobeying.time)) } : {}),
        ...(mixedMs === undefined ? {} : { mixedMs }),
      };
    }
    if (isLate) break;
  }
  throw new ShiftError(
    'timeout',
    `${connections} connections through ${vantage.address} in ${formatDuration(change.timeoutMs)} do not obey the new weights`,
    { hint: change.hint },
  );
}
