import { behaviourAnnotation } from '../behaviour.ts';
import { weightsOf, type TcpRoute } from '../config.ts';
import type { RunningListener } from '../listener.ts';
import { message, type AdminPage } from './page.ts';
import type { RefusedListener, ReplicaState } from './server.ts';

type State = Pick<ReplicaState, 'listeners' | 'retired' | 'refused'>;

/** Envoy's `/config_dump`: all of it, or the listeners alone, where it is asked for `dynamic_listeners`. */
export function configDump(state: State, query: URLSearchParams): AdminPage {
  const listeners = dynamicListeners(state);
  if (query.get('resource') !== 'dynamic_listeners') {
    return message({ configs: [{ '@type': dumpType, dynamic_listeners: listeners }] });
  }
  const configs = listeners.map((listener) => ({ '@type': `${dumpType}.DynamicListener`, ...listener }));
  return message(configs.length === 0 ? {} : { configs });
}

/** Envoy tells a refusal twice: with its time beside what is active, and without both at the end. */
function dynamicListeners(state: State): object[] {
  const [active, retired, refused] = [state.listeners(), state.retired(), state.refused()];
  const added = refused.filter(({ port }) => !active.some((listener) => listener.port === port));
  return [
    ...active.map((listener) => ({
      name: nameOf(listener),
      active_state: stateOf(listener),
      ...refused.filter(({ port }) => port === listener.port).map(errorState)[0],
    })),
    ...retired.map((listener) => ({ name: nameOf(listener), draining_state: stateOf(listener) })),
    ...added.map((listener) => ({ name: nameOf(listener), ...errorState(listener) })),
    ...refused.map(({ port, route }) => errorState({ port, route })),
  ];
}

/** Source of the shape: envoy.admin.v3.UpdateFailureState. */
function errorState({ port, route, at }: Omit<RefusedListener, 'at'> & Partial<RefusedListener>): object {
  return {
    error_state: {
      failed_configuration: listenerConfig(port, route),
      ...(at && { last_update_attempt: at.toISOString() }),
      details: `error adding listener '0.0.0.0:${port}': ${behaviourAnnotation} of the pod is refuse`,
    },
  };
}

const dumpType = 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump';

function nameOf({ port }: Pick<RunningListener, 'port'>): string {
  return `0.0.0.0_${port}`;
}

/** A replaced filter chain leaves the version of its listener as it was. */
function stateOf({ port, route, addedAt, updatedAt }: RunningListener): object {
  return {
    version_info: addedAt.toISOString(),
    listener: listenerConfig(port, route),
    last_updated: updatedAt.toISOString(),
  };
}

function listenerConfig(port: number, route: TcpRoute): object {
  const name = nameOf({ port });
  const destination =
    'cluster' in route ? { cluster: route.cluster } : { weighted_clusters: { clusters: route.weightedClusters } };
  const proxy = {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      stat_prefix: weightsOf(route)[0]?.name ?? name,
      ...destination,
    },
  };
  return {
    '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
    name,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    filter_chains: [{ filters: [proxy] }],
    traffic_direction: 'OUTBOUND',
  };
}
