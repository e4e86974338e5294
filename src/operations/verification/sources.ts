import { defined } from '../../core/defined.ts';
import type { Overwritten } from '../../core/route/overwritten.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { Sample } from '../../core/sample.ts';
import type { VerdictReport } from '../../core/verdict/report.ts';
import type { Observation } from '../../core/verdict/judge.ts';
import type { Split } from '../../core/weights/split.ts';
import { gatherEvidence } from '../gateways/counters.ts';
import { needExchange, type ProbeSpec } from '../probing/probe-spec.ts';
import type { Loop, VantagePoint, VantageSpec } from '../probing/place.ts';
import { openVantage, tellPassedOver } from '../probing/vantage.ts';
import type { Target } from '../route/target.ts';
import { guardSplit, overwriting } from '../route/route-guard.ts';
import { sessionOnce, sessionUntil, type Session } from '../session.ts';
import { settledGateways, UnsettledGateways } from './rollout.ts';

interface Origin {
  /** Null where no cluster was asked. */
  route: ObjectRef | null;
  /** What the route itself asks for; absent where no cluster was asked. */
  routeSplit?: Split;
  from: VantagePoint | 'samples' | 'gateway-stats';
  /** Where the connections went, for people. */
  address: string;
  /** The gateways that have the split, and how long they were waited for; absent where they do not tell. */
  rollout?: VerdictReport['rollout'];
}

/** Connections one by one, in the order of their start. */
export interface SampleSource extends Origin {
  /** At most `count` observations, without end where absent. @throws OverwrittenRoute, UnsettledGateways */
  observations(count?: number): AsyncIterable<Observation>;
  /** Reads route and gateways once more; absent where no cluster was asked. @throws OverwrittenRoute, UnsettledGateways */
  look?(): Promise<void>;
}

/** Connections of which only the number by version is known. */
export interface CountSource extends Origin {
  counts: ReadonlyMap<string, number>;
  /** How long they were counted, in milliseconds. */
  windowMs: number;
  /** What the route was asked for meanwhile, where that is another split. */
  overwritten?: Overwritten;
}

/** The connections that speak of a split. */
export type Source = SampleSource | CountSource;

export interface ProbingSpec {
  vantage?: VantageSpec;
  /** What is said on each connection. */
  probe?: ProbeSpec;
  loop?: Partial<Omit<Loop, 'count'>>;
  /** The split that the route is being changed to; the one that it asks for now where absent. */
  towards?: Split | undefined;
  /** Longest wait until every gateway has that split, in milliseconds; two minutes where absent. */
  settleMs?: number | undefined;
}

const defaultSettleMs = 120_000;

/**
 * Opens connections of our own, 16 at once without a pause unless told otherwise.
 * Waits before that until every gateway has the split, where they tell.
 * @throws ShiftError as needExchange and openVantage do
 */
export async function probing(target: Target, spec: ProbingSpec, session: Session): Promise<SampleSource> {
  const { vantage: vantageSpec = {}, probe = {}, loop: { intervalMs = 0, concurrency = 16 } = {} } = spec;
  const once = sessionOnce(session);
  const exchange = await needExchange(probe, target, once);
  const vantage = await openVantage(vantageSpec, target, once);
  tellPassedOver(vantage, session);
  const sources = vantageSpec.sourceAddresses ?? [];
  const { split } = target.view;
  const { towards = split, settleMs = defaultSettleMs } = spec;
  const gateways = await settledGateways(target, towards, settleMs, session).catch(unsettled);
  const settled = gateways instanceof UnsettledGateways ? undefined : gateways;
  return {
    route: target.view.ref,
    routeSplit: split,
    from: vantage.from,
    address: vantage.address,
    ...(settled && { rollout: { pods: settled.pods, waitedMs: settled.waitedMs } }),
    async *observations(count) {
      if (gateways instanceof UnsettledGateways) throw gateways;
      const loop = { intervalMs, concurrency, ...defined({ count }) };
      const over = new AbortController();
      const { overwritten } = guardSplit(target, [split, towards], sessionUntil(session, over.signal));
      try {
        for await (const sample of vantage.samples(loop, exchange)) {
          overwritten.throwIfAborted();
          // Connections take the addresses in turn, in the order of their index.
          yield sources.length === 0 ? sample : { ...sample, source: sources[sample.index % sources.length]! };
        }
      } finally {
        over.abort();
      }
    },
    async look() {
      const now = overwriting(target, [split, towards], await session.cluster.get(target.view.ref));
      if (now) throw now;
      await settled?.look();
    },
  };
}

/** What is told when connections are asked for: a verdict that stays open, and no error. */
function unsettled(error: unknown): UnsettledGateways {
  if (error instanceof UnsettledGateways) return error;
  throw error;
}

/**
 * Takes the connections of everybody, from the gateways' own counters.
 * @throws ShiftError as gatherEvidence does
 */
export async function counting(target: Target, windowMs: number, session: Session): Promise<CountSource> {
  const { connections, pods } = await gatherEvidence(target, windowMs, session);
  const now = overwriting(target, [target.view.split], await session.cluster.get(target.view.ref));
  return {
    ...(now && { overwritten: now.overwritten }),
    route: target.view.ref,
    routeSplit: target.view.split,
    from: 'gateway-stats',
    address: pods.map((pod) => `pod/${pod}`).join(', '),
    counts: connections,
    windowMs,
  };
}

/** Takes samples that were recorded before. @param address where they were recorded to, for people */
export function replaying(samples: readonly Sample[], address: string): SampleSource {
  return {
    route: null,
    from: 'samples',
    address,
    async *observations(count = samples.length) {
      yield* samples.slice(0, count);
    },
  };
}
