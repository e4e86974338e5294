import { mkdir, writeFile } from 'node:fs/promises';
import { wheel } from '../../build/python.ts';
import { proxyConfig } from './proxy-config.ts';
import type { Machine } from '../../stack/machine.ts';
import { nodeAddress } from '../../stack/network.ts';
import type { PodContext, PodProgram } from '../../stack/pod-program.ts';

export const envoyWheel = wheel('envoy');

const adminPort = 15000;

/** The statistics that Istio's own bootstrap keeps where nobody asks for more. */
const keptStatistics = [
  ...['reporter=', 'component', 'istio'].map((prefix) => ({ prefix })),
  ...['cluster_manager', 'listener_manager', 'server', 'cluster.xds-grpc'].map((prefix) => ({ prefix })),
  ...['rbac.allowed', 'rbac.denied', 'shadow_allowed', 'shadow_denied', 'downstream_cx_active'].map((suffix) => ({
    suffix,
  })),
];

/** Envoy as a gateway pod's proxy, configured by the istiod that listens on `xdsPort` of the node. */
export function envoy(machine: Machine, xdsPort: number, istioVersion: string): PodProgram {
  return {
    image: /\/proxyv2\b/,
    extraPorts: [adminPort],
    command: async (context) => {
      const config = `${context.dir}/envoy.json`;
      await mkdir(context.dir, { recursive: true });
      await writeFile(config, JSON.stringify(bootstrap(context, xdsPort, istioVersion)));
      const program = await machine.file(envoyWheel, 'envoy/_bin/envoy');
      // The drain options are the ones that Istio's agent starts Envoy with.
      const { drainSeconds } = proxyConfig(context.pod);
      const drain = ['--drain-time-s', `${drainSeconds}`, '--drain-strategy', 'immediate'];
      return { words: [program, '-c', config, '--concurrency', '1', '--disable-hot-restart', ...drain] };
    },
    ready: async ({ address }) => (await fetch(`http://${address}:${adminPort}/ready`)).ok,
  };
}

function bootstrap({ pod, address }: PodContext, xdsPort: number, istioVersion: string) {
  const { name, namespace, labels } = pod.metadata;
  const statistics = proxyConfig(pod).inclusionSuffixes.map((suffix) => ({ suffix }));
  const ads = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' };
  return {
    node: {
      id: `router~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
      cluster: `${labels?.['service.istio.io/canonical-name'] ?? name}.${namespace}`,
      metadata: {
        NAME: name,
        NAMESPACE: namespace,
        CLUSTER_ID: 'Kubernetes',
        ISTIO_VERSION: istioVersion,
        LABELS: labels,
        INSTANCE_IPS: address,
      },
    },
    stats_config: { stats_matcher: { inclusion_list: { patterns: [...keptStatistics, ...statistics] } } },
    // Istio binds it to the pod's loopback; here the port-forward comes from outside the pod's namespace.
    admin: { address: socketAddress('0.0.0.0', adminPort) },
    dynamic_resources: {
      lds_config: ads,
      cds_config: ads,
      ads_config: {
        api_type: 'GRPC',
        set_node_on_first_message_only: true,
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: { clusters: [xdsCluster(xdsPort)] },
  };
}

function xdsCluster(port: number) {
  const name = 'xds-grpc';
  const http2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: {
      [http2]: { '@type': `type.googleapis.com/${http2}`, explicit_http_config: { http2_protocol_options: {} } },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(nodeAddress, port) } }] }],
    },
  };
}

function socketAddress(address: string, port: number) {
  return { socket_address: { address, port_value: port } };
}
