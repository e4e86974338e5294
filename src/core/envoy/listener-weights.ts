import { ShiftError } from '../../errors.ts';
import type { Backend } from '../route/backend.ts';
import type { Split } from '../weights/split.ts';
import { chainsFor, type ChainChoice, type FilterChain, type EnvoyListener } from './filter-chains.ts';

/** The weights of one listener as a proxy has them, by the proxy's names of its upstream clusters. */
export type ClusterWeights = ReadonlyMap<string, number>;

interface TcpProxy {
  cluster?: string;
  weighted_clusters?: { clusters?: { name: string; weight?: number }[] };
}

interface NetworkFilter {
  name: string;
  typed_config?: TcpProxy;
}

/** Envoy's `config_dump?resource=dynamic_listeners`, as far as it is read. */
export interface ListenerDump {
  configs?: { active_state?: { listener?: EnvoyListener<NetworkFilter> } }[];
}

/**
 * The weights in force on a port, read from the filter chains that carry its connections in the proxy's own listeners.
 * A sole cluster has weight 1. Undefined where no active listener has the port, or its filter chain carries no TCP.
 * Source of the shape: envoy.admin.v3.ListenersConfigDump and envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.
 * @throws ShiftError cluster: several chains fit, and their weights differ
 */
export function listenerWeights(
  dump: ListenerDump,
  port: number,
  choice: ChainChoice = {},
): ClusterWeights | undefined {
  const listeners = (dump.configs ?? []).flatMap(({ active_state: active }) => active?.listener ?? []);
  const carrying = chainsFor(listeners, port, choice).flatMap((chain) => {
    const weights = weightsOf(chain);
    return weights ? [{ chain, weights }] : [];
  });
  const distinct = new Map(carrying.map((each) => [keyOf(each.weights), each]));
  const [first, ...others] = distinct.values();
  if (first && others.length > 0)
    throw ambiguous(
      port,
      [first, ...others].map(({ chain }) => chain),
    );
  return first?.weights;
}

function weightsOf({ filters = [] }: FilterChain<NetworkFilter>): ClusterWeights | undefined {
  const proxy = filters.find(({ name }) => name === 'envoy.filters.network.tcp_proxy')?.typed_config;
  if (proxy?.cluster !== undefined) return new Map([[proxy.cluster, 1]]);
  const weighted = proxy?.weighted_clusters?.clusters;
  return weighted && new Map(weighted.map(({ name, weight = 0 }) => [name, weight]));
}

function keyOf(weights: ClusterWeights): string {
  return JSON.stringify([...weights].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ambiguous(port: number, chains: readonly FilterChain<NetworkFilter>[]): ShiftError {
  const names = chains.map(({ filter_chain_match: match = {}, name }, index) => {
    const ranges = match.prefix_ranges?.map(
      ({ address_prefix: address, prefix_len: length }) => `${address}/${length}`,
    );
    return (match.server_names ?? ranges)?.join(' ') ?? (name || `number ${index + 1}`);
  });
  const message = `several filter chains with different weights fit port ${port}: ${names.join(', ')}`;
  return new ShiftError('cluster', message, { hint: 'judge the split by connections: tcpshift verify' });
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
