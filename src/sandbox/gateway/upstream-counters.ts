import type { Socket } from 'node:net';
import { endpointName, type Endpoint } from './config.ts';

/** The connections that a proxy opened to one endpoint. */
export interface EndpointCounters {
  opened: number;
  /** Those that ended before the endpoint took them. */
  failed: number;
  /** Those that have not ended. */
  active: number;
  /** Those of the active ones that the endpoint took. */
  established: number;
}

/** What one proxy counts of its connections to the clusters. */
export interface UpstreamCounters {
  /** Counts a connection from now to its end. */
  count(cluster: string, endpoint: Endpoint, upstream: Socket): void;
  /** Connections opened to each cluster since the proxy started. */
  readonly totals: ReadonlyMap<string, number>;
  ofEndpoint(cluster: string, endpoint: Endpoint): Readonly<EndpointCounters>;
  /** Forgets the endpoints that are gone, as Envoy does: one that comes back counts from 0. */
  keepOnly(endpointsOf: (cluster: string) => readonly Endpoint[]): void;
}

export function createUpstreamCounters(): UpstreamCounters {
  const totals = new Map<string, number>();
  const clusters = new Map<string, Map<string, EndpointCounters>>();

  const countersOf = (cluster: string, endpoint: Endpoint): EndpointCounters => {
    const endpoints = clusters.get(cluster) ?? new Map<string, EndpointCounters>();
    clusters.set(cluster, endpoints);
    const name = endpointName(endpoint);
    const counters = endpoints.get(name) ?? none();
    endpoints.set(name, counters);
    return counters;
  };

  return {
    count(cluster, endpoint, upstream) {
      totals.set(cluster, (totals.get(cluster) ?? 0) + 1);
      watch(upstream, countersOf(cluster, endpoint));
    },
    totals,
    ofEndpoint: (cluster, endpoint) => clusters.get(cluster)?.get(endpointName(endpoint)) ?? none(),
    keepOnly(endpointsOf) {
      for (const [cluster, endpoints] of clusters) {
        const kept = new Set(endpointsOf(cluster).map(endpointName));
        for (const name of endpoints.keys()) if (!kept.has(name)) endpoints.delete(name);
      }
    },
  };
}

function none(): EndpointCounters {
  return { opened: 0, failed: 0, active: 0, established: 0 };
}

function watch(upstream: Socket, counters: EndpointCounters): void {
  let established = 0;
  counters.opened += 1;
  counters.active += 1;
  upstream.on('connect', () => {
    established = 1;
    counters.established += 1;
  });
  upstream.on('close', () => {
    counters.active -= 1;
    counters.established -= established;
    counters.failed += 1 - established;
  });
}
