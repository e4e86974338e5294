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

/** The connections that a proxy opened to one cluster, whichever endpoints it had, since it started. */
interface ClusterCounters {
  opened: number;
  /** Those that have not ended. */
  active: number;
}

/** What one proxy counts of its connections to the clusters. */
export interface UpstreamCounters {
  /** Counts a connection from now to its end. */
  count(cluster: string, endpoint: Endpoint, upstream: Socket): void;
  /** Those of the clusters that ever had a connection. */
  readonly clusters: ReadonlyMap<string, Readonly<ClusterCounters>>;
  ofEndpoint(cluster: string, endpoint: Endpoint): Readonly<EndpointCounters>;
  /** Forgets the endpoints that are gone, as Envoy does: one that comes back counts from 0. */
  keepOnly(present: (cluster: string) => readonly Endpoint[]): void;
}

export function createUpstreamCounters(): UpstreamCounters {
  const clusters = new Map<string, ClusterCounters>();
  const endpointsOf = new Map<string, Map<string, EndpointCounters>>();

  const ofCluster = (name: string): ClusterCounters => {
    const counters = clusters.get(name) ?? { opened: 0, active: 0 };
    clusters.set(name, counters);
    return counters;
  };

  const ofEndpoint = (cluster: string, endpoint: Endpoint): EndpointCounters => {
    const endpoints = endpointsOf.get(cluster) ?? new Map<string, EndpointCounters>();
    endpointsOf.set(cluster, endpoints);
    const name = endpointName(endpoint);
    const counters = endpoints.get(name) ?? none();
    endpoints.set(name, counters);
    return counters;
  };

  return {
    count(cluster, endpoint, upstream) {
      const ofAll = ofCluster(cluster);
      ofAll.opened += 1;
      ofAll.active += 1;
      upstream.on('close', () => (ofAll.active -= 1));
      watch(upstream, ofEndpoint(cluster, endpoint));
    },
    clusters,
    ofEndpoint: (cluster, endpoint) => endpointsOf.get(cluster)?.get(endpointName(endpoint)) ?? none(),
    keepOnly(present) {
      for (const [cluster, endpoints] of endpointsOf) {
        const kept = new Set(present(cluster).map(endpointName));
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
