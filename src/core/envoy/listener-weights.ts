import { ShiftError } from '../../errors.ts';
import { defined } from '../defined.ts';
import type { Backend } from '../route/backend.ts';
import type { InForce, Refusal } from '../route/in-force.ts';
import type { Split } from '../weights/split.ts';
import { chainsFor, type ChainChoice, type FilterChain } from './filter-chains.ts';
import {
  timeOf,
  type ListenerDump,
  type ListenerState,
  type NetworkFilter,
  type TcpListener,
} from './listener-dump.ts';

/** The weights of one listener as a proxy has them, by the proxy's names of its upstream clusters. */
export type ClusterWeights = ReadonlyMap<string, number>;

/** What a proxy's listeners tell of a port. Times are milliseconds since the epoch. */
export interface PortReading extends Omit<InForce, 'weights'> {
  weights: ClusterWeights | undefined;
}

/** A filter chain that carries a port's connections, with what the proxy says of its listener. */
interface Carrier {
  chain: FilterChain<NetworkFilter>;
  weights: ClusterWeights;
  state: ListenerState;
  listener: TcpListener;
}

/**
 * The weights in force on a port, read from the filter chains that carry its connections in the proxy's own listeners, and what became of newer ones.
 * A sole cluster has weight 1. They are undefined where no active listener has the port, or its filter chain carries no TCP.
 * Source of the shape: envoy.admin.v3.ListenersConfigDump and envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.
 * @throws ShiftError cluster: several chains fit, and their weights differ
 */
export function readPort(dump: ListenerDump, port: number, choice: ChainChoice = {}): PortReading {
  const carriers = carriersOf(dump, port, choice);
  const distinct = new Map(carriers.map((carrier) => [keyOf(carrier.weights), carrier]));
  if (distinct.size > 1) {
    const chains = [...distinct.values()].map(({ chain }) => chain);
    throw ambiguous(port, chains);
  }
  const updates = carriers.flatMap(({ state }) => timeOf(state.last_updated) ?? []);
  const warming = (dump.configs ?? []).some(({ warming_state: state }) => carries(state?.listener, port, choice));
  return {
    weights: carriers[0]?.weights,
    ...(updates.length > 0 && { updatedAt: Math.max(...updates) }),
    ...defined({ refused: refusalOf(dump, port, choice) }),
    warming,
  };
}

/** The active listeners that carry a port's TCP connections. */
export function listenersOn(dump: ListenerDump, port: number, choice: ChainChoice = {}): TcpListener[] {
  return [...new Set(carriersOf(dump, port, choice).map(({ listener }) => listener))];
}

function carriersOf({ configs = [] }: ListenerDump, port: number, choice: ChainChoice): Carrier[] {
  const states = new Map(
    configs.flatMap(({ active_state: state }): [TcpListener, ListenerState][] =>
      state?.listener ? [[state.listener, state]] : [],
    ),
  );
  return chainsFor([...states.keys()], port, choice).flatMap(({ chain, listener }) => {
    const weights = weightsOf(chain);
    return weights ? [{ chain, weights, listener, state: states.get(listener)! }] : [];
  });
}

function carries(listener: TcpListener | undefined, port: number, choice: ChainChoice): boolean {
  return listener !== undefined && chainsFor([listener], port, choice).length > 0;
}

/** The newest refusal. Envoy tells each twice, once without its time, and forgets it with the next configuration that it takes. */
function refusalOf({ configs = [] }: ListenerDump, port: number, choice: ChainChoice): Refusal | undefined {
  const refusals = configs.flatMap(({ error_state: failure }): Refusal[] =>
    carries(failure?.failed_configuration, port, choice)
      ? [{ details: failure?.details ?? '', ...defined({ at: timeOf(failure?.last_update_attempt) }) }]
      : [],
  );
  return refusals.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
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
