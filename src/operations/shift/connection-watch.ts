import { defined } from '../../core/defined.ts';
import { formatDuration } from '../../core/duration.ts';
import type { ObservedChange } from '../../core/route/shift-result.ts';
import type { Sample } from '../../core/sample.ts';
import { connectionsToTell } from '../../core/verdict/detectability.ts';
import { halfOfEach, watchPropagation } from '../../core/verdict/propagation.ts';
import { shares, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { Clock } from '../../io.ts';
import type { Exchange } from '../../probe/probe.ts';
import type { Vantage } from '../probing/vantage.ts';
import type { Session } from '../session.ts';

/** A change of weights that was written. */
export interface WrittenChange {
  before: Split;
  after: Split;
  /** Reading of the monotonic clock at the write. */
  writtenAt: number;
}

/** When a watch of connections may end. */
export interface Ending {
  /** Whether every gateway is known to have the new weights. */
  allProgrammed: boolean;
  /** Longest wait from now on, in milliseconds. */
  withinMs: number;
  /** The error where connections have not shown the new split by then. */
  late: (connections: number) => ShiftError;
}

/** Connections that are opened one after another since the write, and what they show of the change. */
export interface ConnectionWatch {
  /**
   * Resolves when connections speak for the new split rather than the old one, and both are no longer at work side by side: where not every gateway is
   * known to be programmed, as long as it takes to tell the new split from half of each.
   * @throws ShiftError as `late` makes it, or what keeps connections from being opened
   */
  until(ending: Ending): Promise<ObservedChange>;
}

/** More connections than this are not opened without being asked for. */
const mostUnasked = 3000;

/** Milliseconds between the starts of two connections of the watch. */
const intervalMs = 5;

/** About how long, in milliseconds, connections have to be watched until they show the new split. */
export function expectedWatchMs({ before, after }: WrittenChange): number {
  return connectionsToTell(before, after) * intervalMs;
}

/** @throws ShiftError usage: the splits are too alike to be told apart by a few connections */
export function refuseTooAlike({ before, after }: WrittenChange): void {
  const needed = connectionsToTell(before, after);
  if (needed <= mostUnasked) return;
  throw new ShiftError('usage', `about ${needed} connections would be needed to tell the new split from the old one`, {
    hint: 'ask for it: --wait observed',
  });
}

/** Opens connections from now on, until the session's signal aborts. */
export function watchConnections(
  change: WrittenChange,
  { vantage, exchange }: { vantage: Vantage; exchange: Exchange },
  { io }: Session,
): ConnectionWatch {
  const seen = sightings(change, vantage, io.clock);
  let look = (): void => {};
  const opening = (async () => {
    for await (const sample of vantage.samples({ intervalMs, concurrency: 4, count: 100_000 }, exchange)) {
      seen.add(sample);
      look();
    }
  })();
  // Told to those who wait for it, below.
  opening.catch(() => {});
  return {
    until: ({ allProgrammed, withinMs, late }) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          if (seen.isSure()) resolve(seen.change());
          else reject(late(seen.connections()));
        };
        look = () => {
          if (seen.isOver(allProgrammed)) resolve(seen.change());
        };
        look();
        opening.then(end, reject);
        io.clock.sleep(Math.max(0, withinMs), io.signal).then(end, reject);
      }),
  };
}

/** More connections than this are not opened to learn whether old weights are still at work. */
const mostAfterwards = 300;

/** What connections have shown so far. */
function sightings({ before, after, writtenAt }: WrittenChange, { from, address }: Vantage, clock: Clock) {
  const [old, wanted] = [shares(before), shares(after)];
  const propagation = watchPropagation(old, wanted);
  const mixed = [...halfOfEach(old, wanted)].map(([version, weight]) => ({ version, weight }));
  const toTell = Math.min(mostAfterwards, connectionsToTell(mixed, after));
  const sinceWrite = (time = clock.now()): number =>
    Math.max(0, Math.round(clock.monotonic() - writtenAt - (clock.now() - time)));
  let connections = 0;
  let sure: Pick<ObservedChange, 'connections' | 'afterMs'> | undefined;
  return {
    add(sample: Sample): void {
      connections++;
      if (propagation.observe(sample)) sure ??= { connections, afterMs: sinceWrite() };
    },
    connections: () => connections,
    isSure: () => sure !== undefined,
    isOver(allProgrammed: boolean): boolean {
      if (sure === undefined) return false;
      const afterwards = connections - sure.connections;
      if (!allProgrammed && afterwards < toTell) return false;
      return afterwards >= mostAfterwards || propagation.report().mixedMs !== undefined;
    },
    change(): ObservedChange {
      const { firstObeying, lastDisobeying, mixedMs } = propagation.report();
      return {
        from,
        address,
        ...sure!,
        ...(firstObeying?.time ? { firstObeyingMs: sinceWrite(Date.parse(firstObeying.time)) } : {}),
        ...(lastDisobeying?.time ? { lastDisobeyingMs: sinceWrite(Date.parse(lastDisobeying.time)) } : {}),
        ...defined({ mixedMs }),
      };
    },
  };
}

/** The error where so many connections through an address showed nothing of the change. */
export function notObeyed(address: string, withinMs: number, hint: string): Ending['late'] {
  return (connections) =>
    new ShiftError(
      'timeout',
      `${connections} connections through ${address} in ${formatDuration(withinMs)} do not obey the new weights`,
      { hint },
    );
}
