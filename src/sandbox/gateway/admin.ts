import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clustersPage } from './clusters-page.ts';
import { weightsOf, type GatewayConfig, type ListenerConfig } from './config.ts';
import type { Upstreams } from './filter-chain.ts';
import type { UpstreamCounters } from './upstream-counters.ts';

/** What the admin port tells about a replica. */
export interface ReplicaState {
  config(): GatewayConfig;
  /** When the configuration in force was taken over. */
  changedAt(): Date;
  readonly upstreams: Upstreams;
  readonly counters: UpstreamCounters;
}

/** The part of Envoy's admin interface that tells the weights in force and the connections by cluster. */
export function adminServer(state: ReplicaState): Server {
  const pages: Readonly<Record<string, (query: URLSearchParams) => AdminPage>> = {
    '/clusters': () => text(clustersPage(state.upstreams, state.counters)),
    '/config_dump': (query) => json(configDump(state, query.get('resource'))),
    '/ready': () => text('LIVE\n'),
    '/stats': (query) => text(stats(state, query.get('filter') ?? '')),
  };
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://admin');
    const page = pages[pathname]?.(searchParams) ?? { status: 404, type: 'text/plain', body: 'invalid path\n' };
    response.writeHead(page.status, { 'content-type': page.type }).end(page.body);
  });
}

interface AdminPage {
  status: number;
  type: string;
  body: string;
}

function json(value: object): AdminPage {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value, null, 1)}\n` };
}

function text(body: string): AdminPage {
  return { status: 200, type: 'text/plain; charset=UTF-8', body };
}

function configDump(state: ReplicaState, resource: string | null): object {
  const listeners = state.config().map((listener) => dynamicListener(listener, state.changedAt().toISOString()));
  if (resource === 'dynamic_listeners') {
    return listeners.length === 0
      ? {}
      : { configs: listeners.map((listener) => ({ '@type': `${dumpType}.DynamicListener`, ...listener })) };
  }
  return { configs: [{ '@type': dumpType, dynamic_listeners: listeners }] };
}

const dumpType = 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump';

function dynamicListener({ port, route }: ListenerConfig, updated: string): object {
  const name = `0.0.0.0_${port}`;
  const destination =
    'cluster' in route ? { cluster: route.cluster } : { weighted_clusters: { clusters: route.weightedClusters } };
  return {
    name,
    active_state: {
      version_info: updated,
      listener: {
        '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
        name,
        address: { socket_address: { address: '0.0.0.0', port_value: port } },
        filter_chains: [
          {
            filters: [
              {
                name: 'envoy.filters.network.tcp_proxy',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
                  stat_prefix: weightsOf(route)[0]?.name ?? name,
                  ...destination,
                },
              },
            ],
          },
        ],
        traffic_direction: 'OUTBOUND',
      },
      last_updated: updated,
    },
  };
}

/** One line a counter; Istio ends the cluster's name with a semicolon in statistics. */
function stats({ upstreams, counters: { totals } }: ReplicaState, filter: string): string {
  return [...new Set([...upstreams.clusters(), ...totals.keys()])]
    .sort()
    .map((name) => `cluster.${name};.upstream_cx_total: ${totals.get(name) ?? 0}\n`)
    .filter((line) => line.includes(filter))
    .join('');
}
