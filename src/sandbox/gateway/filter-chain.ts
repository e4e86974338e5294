import type { Socket } from 'node:net';
import { weightsOf, type Endpoint, type TcpRoute } from './config.ts';
import type { PickerFactory } from './pickers.ts';
import { proxy, type JoinedConnections } from './proxy.ts';
import type { UpstreamCounters } from './upstream-counters.ts';

/** What a replica needs of the world to carry connections. */
export interface Upstreams {
  /** The names of all clusters that the gateways know. */
  clusters(): Iterable<string>;
  /** The endpoints of a cluster that can take connections now; empty where it has none or does not exist. */
  endpointsOf(cluster: string): readonly Endpoint[];
  connect(endpoint: Endpoint): Socket;
}

/** One listener's route in force, with the connections that came in under it. */
export interface RunningChain {
  readonly route: TcpRoute;
  /** Carries an accepted connection; closes it where its part of the weights has no endpoint. */
  accept(client: Socket): void;
  /** Cuts the connections that are still open. */
  cut(): void;
  /** Carries nothing until it resumes. */
  pause(): void;
  resume(): void;
}

export interface FilterChainOptions {
  route: TcpRoute;
  pickers: PickerFactory;
  upstreams: Upstreams;
  counters: UpstreamCounters;
}

/** A filter chain; which endpoint of a cluster is taken goes in turn. */
export function createFilterChain({ route, pickers, upstreams, counters }: FilterChainOptions): RunningChain {
  const clusters = weightsOf(route);
  const pick = pickers(clusters.map(({ weight }) => weight));
  const turns = new Map<string, number>();
  const open = new Set<JoinedConnections>();

  const nextEndpoint = (cluster: string): Endpoint | undefined => {
    const endpoints = upstreams.endpointsOf(cluster);
    const turn = turns.get(cluster) ?? 0;
    turns.set(cluster, turn + 1);
    return endpoints[turn % endpoints.length];
  };

  return {
    route,
    accept(client) {
      const cluster = clusters[pick(client.remoteAddress ?? '')]?.name;
      const endpoint = cluster === undefined ? undefined : nextEndpoint(cluster);
      if (cluster === undefined || endpoint === undefined) return void client.destroy();
      const upstream = upstreams.connect(endpoint);
      counters.count(cluster, endpoint, upstream);
      const joined = proxy(client, upstream);
      open.add(joined);
      client.on('close', () => open.delete(joined));
    },
    cut() {
      for (const joined of open) joined.cut();
      open.clear();
    },
    pause() {
      for (const joined of open) joined.pause();
    },
    resume() {
      for (const joined of open) joined.resume();
    },
  };
}
