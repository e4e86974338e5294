import type { Backend } from '../route/backend.ts';
import type { Split } from '../weights/split.ts';

/** The weights of one listener as a proxy has them, by the proxy's names of its upstream clusters. */
export type ClusterWeights = ReadonlyMap<string, number>;

interface TcpProxy {
  cluster?: string;
  weighted_clusters?: { clusters?: { name: string; weight?: number }[] };
}

interface DynamicListener {
  active_state?: {
    listener?: {
      address?: { socket_address?: { port_value?: number } };
      filter_chains?: { filters?: { name: string; typed_config?: TcpProxy }[] }[];
    };
  };
}

/** Envoy's `config_dump?resource=dynamic_listeners`, as far as it is read. */
export interface ListenerDump {
  configs?: DynamicListener[];
}

/**
 * The weights in force on a port, read from the proxy's own listeners.
 * A sole cluster has weight 1. Undefined where no active listener has the port, or its filter chain carries no TCP.
 * Source of the shape: envoy.admin.v3.ListenersConfigDump and envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.
 */
export function listenerWeights(dump: ListenerDump, port: number): ClusterWeights | undefined {
  const listeners = (dump.configs ?? []).map(({ active_state: active }) => active?.listener);
  const listener = listeners.find((each) => each?.address?.socket_address?.port_value === port);
  const filters = listener?.filter_chains?.flatMap(({ filters = [] }) => filters) ?? [];
  const proxy = filters.find(({ name }) => name === 'envoy.filters.network.tcp_proxy')?.typed_config;
  if (proxy?.cluster !== undefined) return new Map([[proxy.cluster, 1]]);
  const weighted = proxy?.weighted_clusters?.clusters;
  return weighted && new Map(weighted.map(({ name, weight = 0 }) => [name, weight]));
}

/** Whether an outbound cluster, named as Istio names them (`outbound|9000|v1|tcp-echo.ns.svc.cluster.local`), is the target's. */
export function isClusterOf(name: string, { service, namespace, port, subset = '' }: Backend): boolean {
  const [direction, clusterPort, clusterSubset, host = ''] = name.split('|');
  const samePort = port === undefined || clusterPort === `${port}`;
  return (
    direction === 'outbound' && samePort && clusterSubset === subset && host.startsWith(`${service}.${namespace}.svc.`)
  );
}

/** The same weights by version; clusters of none of the versions stay under their own names. */
export function weightsByVersion(clusters: ClusterWeights, targets: ReadonlyMap<string, Backend>): Split {
  const versions = [...targets];
  const byVersion = new Map(versions.map(([version]) => [version, 0]));
  for (const [name, weight] of clusters) {
    const version = versions.find(([, target]) => isClusterOf(name, target))?.[0] ?? name;
    byVersion.set(version, (byVersion.get(version) ?? 0) + weight);
  }
  return [...byVersion].map(([version, weight]) => ({ version, weight }));
}
