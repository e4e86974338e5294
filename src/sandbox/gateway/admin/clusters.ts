import { endpointName, type Endpoint } from '../config.ts';
import type { EndpointCounters, UpstreamCounters } from '../upstream-counters.ts';
import { message, text, type AdminPage } from './page.ts';
import type { ReplicaState } from './server.ts';

type State = Pick<ReplicaState, 'upstreams' | 'counters'>;

/** What Envoy's `/clusters` says of clusters that Istio made: as text, what holds for a cluster before each of its endpoints, or JSON. */
export function clustersPage({ upstreams, counters }: State, query: URLSearchParams): AdminPage {
  const clusters = [...upstreams.clusters()].map((name): [string, readonly Endpoint[]] => [
    name,
    upstreams.endpointsOf(name),
  ]);
  if (query.get('format') === 'json') {
    return message({ cluster_statuses: clusters.map(([name, endpoints]) => clusterStatus(name, endpoints, counters)) });
  }
  const lines = clusters.flatMap(([name, endpoints]) => [
    ...clusterLines(name),
    ...endpoints.flatMap((endpoint) => endpointLines(name, endpoint, counters)),
  ]);
  return text(lines.map((line) => `${line}\n`).join(''));
}

const unlimited = 2 ** 32 - 1;

/** How many connections, waiting requests, requests and retries at once: Istio lifts the limits of the priority that it uses. */
const limits = { default: [unlimited, unlimited, unlimited, unlimited], high: [1024, 1024, 1024, 3] };

function clusterLines(name: string): string[] {
  const limited = Object.entries(limits).flatMap(([priority, [connections, pending, requests, retries]]) => [
    `${priority}_priority::max_connections::${connections}`,
    `${priority}_priority::max_pending_requests::${pending}`,
    `${priority}_priority::max_requests::${requests}`,
    `${priority}_priority::max_retries::${retries}`,
  ]);
  const lines = [`observability_name::${name};`, ...limited, 'added_via_api::true', `eds_service_name::${name}`];
  return lines.map((line) => `${name}::${line}`);
}

function endpointLines(cluster: string, endpoint: Endpoint, counters: UpstreamCounters): string[] {
  const stated = { ...counted(counters.ofEndpoint(cluster, endpoint)), ...unvarying };
  return Object.entries(stated).map(([name, value]) => `${cluster}::${endpointName(endpoint)}::${name}::${value}`);
}

/** A TCP connection that an endpoint took counts as one request, which neither succeeds nor fails. */
function counted({ opened, failed, active, established }: EndpointCounters): Record<string, number> {
  return {
    cx_active: active,
    cx_connect_fail: failed,
    cx_total: opened,
    rq_active: established,
    rq_error: 0,
    rq_pending_active: active - established,
    rq_success: 0,
    rq_timeout: 0,
    rq_total: opened - failed - (active - established),
  };
}

const unvarying = {
  hostname: '',
  health_flags: 'healthy',
  weight: 1,
  region: '',
  zone: '',
  sub_zone: '',
  canary: false,
  priority: 0,
  success_rate: -1,
  local_origin_success_rate: -1,
};

/** Source of the shape: envoy.admin.v3.ClusterStatus. What is 0 is left out of it. */
function clusterStatus(name: string, endpoints: readonly Endpoint[], counters: UpstreamCounters): object {
  const thresholds = Object.entries(limits).map(([priority, [connections, pending, requests, retries]]) => ({
    ...(priority === 'high' && { priority: 'HIGH' }),
    max_connections: connections,
    max_pending_requests: pending,
    max_requests: requests,
    max_retries: retries,
  }));
  const hosts = endpoints.map((endpoint) => hostStatus(endpoint, counters.ofEndpoint(name, endpoint)));
  return {
    name,
    added_via_api: true,
    ...(hosts.length > 0 && { host_statuses: hosts }),
    circuit_breakers: { thresholds },
    observability_name: `${name};`,
    eds_service_name: name,
  };
}

function hostStatus({ ip, port }: Endpoint, counters: EndpointCounters): object {
  const stats = Object.entries(counted(counters)).map(([name, value]) => ({
    ...(name.endsWith('_active') && { type: 'GAUGE' }),
    ...(value > 0 && { value: `${value}` }),
    name,
  }));
  return {
    address: { socket_address: { address: ip, port_value: port } },
    stats: [...stats.filter(({ type }) => !type), ...stats.filter(({ type }) => type)],
    health_status: { eds_health_status: 'HEALTHY' },
    weight: 1,
    locality: {},
  };
}
