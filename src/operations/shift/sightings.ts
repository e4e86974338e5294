import { defined } from '../../core/defined.ts';
import type { ConnectionCount, ObservedChange, WatchedConnections } from '../../core/route/shift-result.ts';
import type { Sample } from '../../core/sample.ts';
import { connectionsToTell } from '../../core/verdict/detectability.ts';
import type { FailuresAround } from '../../core/verdict/failure-rise.ts';
import { halfOfEach, watchPropagation } from '../../core/verdict/propagation.ts';
import { shares, type Split } from '../../core/weights/split.ts';
import type { Vantage } from '../probing/vantage.ts';

/** The two splits of a change. */
export interface SplitChange {
  before: Split;
  after: Split;
}

/** More connections than this are not opened to learn whether old weights are still at work, or whether failures have become more. */
const mostAfterwards = 300;

/** What connections have shown so far of one change. */
export interface Sightings {
  add(sample: Sample): void;
  /** Says when the write began, in milliseconds since the epoch: connections before it are for comparison. */
  written(epochMs: number): void;
  /** Connections since the write. */
  connections(): number;
  isSure(): boolean;
  /** Whether there is nothing more to be learnt. @param allProgrammed whether every gateway is known to have the new weights */
  isOver(allProgrammed: boolean): boolean;
  /** Whether connections speak for the old split. */
  speaksForOld(): boolean;
  /** To be asked for once it is sure. */
  change(): ObservedChange;
  failures(): FailuresAround;
  watched(): WatchedConnections;
}

/** The sightings of a change through a place; pure but for what they keep. */
export function sightings({ before, after }: SplitChange, place: Omit<Vantage, 'samples'>): Sightings {
  const { from, address, passedOver } = place;
  const [old, wanted] = [shares(before), shares(after)];
  const propagation = watchPropagation(old, wanted);
  const mixed = [...halfOfEach(old, wanted)].map(([version, weight]) => ({ version, weight }));
  const toTell = Math.min(mostAfterwards, connectionsToTell(mixed, after));
  const only = (here: ReadonlyMap<string, number>, there: ReadonlyMap<string, number>, version: string | null) =>
    version !== null && (here.get(version) ?? 0) > 0 && (there.get(version) ?? 0) === 0;
  const unplaced: Sample[] = [];
  const compared = none();
  const ways = new Map<string, ConnectionCount>();
  const outcomes: Record<string, number> = {};
  let writtenAt: number | undefined;
  let connections = 0;
  let sure: Pick<ObservedChange, 'connections' | 'afterMs'> | undefined;
  let firstOfNewMs: number | undefined;
  let lastOfOldMs: number | undefined;
  const sinceWrite = (time: string): number => Math.max(0, Date.parse(time) - writtenAt!);

  const take = (sample: Sample): void => {
    const { version, outcome, time, latencyMs, via = address } = sample;
    const hasFailed = version === null;
    if (Date.parse(time) < writtenAt!) return add(compared, hasFailed);
    connections++;
    const way = ways.get(via) ?? none();
    ways.set(via, way);
    add(way, hasFailed);
    if (hasFailed) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (only(wanted, old, version)) firstOfNewMs ??= sinceWrite(time);
    if (only(old, wanted, version)) lastOfOldMs = sinceWrite(time);
    if (propagation.observe(sample)) sure ??= { connections, afterMs: Math.round(sinceWrite(time) + latencyMs) };
  };

  const failedSince = (): number => [...ways.values()].reduce((sum, { failed }) => sum + failed, 0);

  return {
    add(sample) {
      if (writtenAt === undefined) unplaced.push(sample);
      else take(sample);
    },
    written(epochMs) {
      writtenAt = epochMs;
      for (const sample of unplaced.splice(0)) take(sample);
    },
    connections: () => connections,
    isSure: () => sure !== undefined,
    speaksForOld: () => propagation.speaksForOld(),
    isOver(allProgrammed) {
      if (sure === undefined) return false;
      const afterwards = connections - sure.connections;
      if (afterwards >= mostAfterwards) return true;
      if (failedSince() > 0 || (!allProgrammed && afterwards < toTell)) return false;
      return propagation.report().mixedMs !== undefined;
    },
    change() {
      const { firstObeying, lastDisobeying, mixedMs, tookHold } = propagation.report();
      return {
        from,
        address,
        evidence: 'change',
        ...sure!,
        ...defined({ firstOfNewMs, lastOfOldMs }),
        ...(tookHold?.from.time && tookHold.to.time
          ? { tookHoldMs: { from: sinceWrite(tookHold.from.time), to: sinceWrite(tookHold.to.time) } }
          : {}),
        ...(firstObeying?.time ? { firstObeyingMs: sinceWrite(firstObeying.time) } : {}),
        ...(lastDisobeying?.time ? { lastDisobeyingMs: sinceWrite(lastDisobeying.time) } : {}),
        ...defined({ mixedMs }),
      };
    },
    failures: () => ({
      before: { hits: compared.failed, of: compared.connections },
      since: { hits: failedSince(), of: connections },
    }),
    watched: () => ({
      from,
      address,
      passedOver,
      before: { ...compared },
      since: [...ways].map(([via, way]) => ({ via, ...way })),
      failures: { ...outcomes },
    }),
  };
}

function none(): ConnectionCount {
  return { connections: 0, failed: 0 };
}

function add(count: ConnectionCount, hasFailed: boolean): void {
  count.connections += 1;
  if (hasFailed) count.failed += 1;
}
