import { endpointName, type Endpoint } from './config.ts';
import type { Upstreams } from './filter-chain.ts';
import type { EndpointCounters, UpstreamCounters } from './upstream-counters.ts';

/** What Envoy's `/clusters` says of clusters that Istio made, in Envoy's own text: what holds for a cluster first, then each of its endpoints. */
export function clustersPage(
  upstreams: Pick<Upstreams, 'clusters' | 'endpointsOf'>,
  counters: UpstreamCounters,
): string {
  const lines = [...upstreams.clusters()].flatMap((cluster) => [
    ...clusterLines(cluster),
    ...upstreams.endpointsOf(cluster).flatMap((endpoint) => endpointLines(cluster, endpoint, counters)),
  ]);
  return lines.map((line) => `${line}\n`).join('');
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
function counted({ opened, failed, active, established }: EndpointCounters): object {
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
