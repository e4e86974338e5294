import type { EnvoyListener } from './filter-chains.ts';

export interface NetworkFilter {
  name: string;
  typed_config?: TcpProxy;
}

interface TcpProxy {
  cluster?: string;
  weighted_clusters?: { clusters?: { name: string; weight?: number }[] };
}

export type TcpListener = EnvoyListener<NetworkFilter>;

/** Source of the shape: envoy.admin.v3.ListenersConfigDump.DynamicListenerState, as far as it is read. */
export interface ListenerState {
  listener?: TcpListener;
  last_updated?: string;
}

/** Source of the shape: envoy.admin.v3.UpdateFailureState. */
interface UpdateFailure {
  failed_configuration?: TcpListener;
  last_update_attempt?: string;
  details?: string;
}

/** Envoy's `config_dump?resource=dynamic_listeners`, as far as it is read. Only what is active takes new connections. */
export interface ListenerDump {
  configs?: { active_state?: ListenerState; warming_state?: ListenerState; error_state?: UpdateFailure }[];
}

/** Milliseconds since the epoch of a time as protobuf writes it in JSON; undefined where it is none. */
export function timeOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
