import { isClusterOf } from './listener-weights.ts';
import type { Backend } from '../route/backend.ts';

/** Connections that a proxy has opened since it started, by the name of its upstream cluster. */
export type ConnectionCounters = ReadonlyMap<string, number>;

/**
 * The counters in Envoy's `stats?filter=upstream_cx_total`, one line a counter. Istio ends a cluster's name with a semicolon there.
 */
export function readCounters(stats: string): ConnectionCounters {
  const counters = new Map<string, number>();
  for (const [, name, count] of stats.matchAll(/^cluster\.(.+?);?\.upstream_cx_total: (\d+)$/gm)) {
    counters.set(name!, Number(count));
  }
  return counters;
}

/**
 * The same from Envoy's `clusters`, which every proxy has: the sum over a cluster's endpoints. Connections to an endpoint that is gone are gone too.
 */
export function readEndpointCounters(clusters: string): ConnectionCounters {
  const counters = new Map<string, number>();
  for (const [, name, count] of clusters.matchAll(/^([^\s:]+)::(?:\[[^\]\s]+\]|[^:\s]+):\d+::cx_total::(\d+)$/gm)) {
    counters.set(name!, (counters.get(name!) ?? 0) + Number(count));
  }
  return counters;
}

/** Whether any of the targets' clusters is counted. */
export function countsAny(counters: ConnectionCounters, targets: ReadonlyMap<string, Backend>): boolean {
  return [...counters.keys()].some((name) => [...targets.values()].some((target) => isClusterOf(name, target)));
}

/** New connections by version between two readings of one proxy. */
export interface Evidence {
  connections: ReadonlyMap<string, number>;
  /** The proxy started anew in between: what it counted before is lost, so the difference says nothing. */
  restarted: boolean;
}

/** What one proxy opened to each version between two readings. */
export function countBetween(
  before: ConnectionCounters,
  after: ConnectionCounters,
  targets: ReadonlyMap<string, Backend>,
): Evidence {
  const restarted = [...before].some(([name, count]) => (after.get(name) ?? 0) < count);
  const connections = new Map([...targets.keys()].map((version) => [version, 0]));
  for (const [name, count] of restarted ? [] : after) {
    const version = [...targets].find(([, target]) => isClusterOf(name, target))?.[0];
    if (version !== undefined) connections.set(version, connections.get(version)! + count - (before.get(name) ?? 0));
  }
  return { connections, restarted };
}
