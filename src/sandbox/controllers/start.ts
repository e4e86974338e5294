import type { Socket } from 'node:net';
import { once } from 'node:events';
import type { KubeObject } from '../../core/objects.ts';
import type { Endpoint } from '../gateway/config.ts';
import { createFleet } from '../gateway/fleet.ts';
import { pickerFactory } from '../gateway/pickers.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import type { SandboxOptions } from '../options.ts';
import type { Registry } from '../store/registry.ts';
import { createPodNetwork } from '../workloads/pod-network.ts';
import { runDeployments } from './apps/deployments.ts';
import { runReplicaSets } from './apps/replica-sets.ts';
import { runGatewayInfrastructure } from './gateway-api/infrastructure.ts';
import { kinds } from './kinds.ts';
import { runEndpointSlices } from './network/endpoint-slices.ts';
import { runPods } from './nodes/pods.ts';
import { runServiceAccounts } from './nodes/service-accounts.ts';
import { runRouting } from './routing.ts';
import { ingress, seed } from './seed.ts';

/** Everything of the embedded cluster that acts by itself: controllers, workloads and gateways. */
export interface Controllers {
  /** Opens a connection to what a running pod listens on; rejects with ECONNREFUSED where nothing does. */
  connectPod(pod: KubeObject, port: number): Promise<Socket>;
  /** Ends every listener, connection and timer. */
  stop(): Promise<void>;
}

/** Seeds the cluster and keeps it running until `stop`; resolves once the ingress gateway has its address. */
export async function startControllers(registry: Registry, options: SandboxOptions): Promise<Controllers> {
  const network = createPodNetwork();
  let upstreams: ReadonlyMap<string, Endpoint[]> = new Map();
  const fleet = createFleet(
    options,
    {
      clusters: () => upstreams.keys(),
      endpointsOf: (cluster) => upstreams.get(cluster) ?? [],
      connect: ({ ip, port }) => network.connect(ip, port),
    },
    network,
  );
  seed(registry, options);
  const queues = [
    runServiceAccounts(registry),
    runDeployments(registry),
    runReplicaSets(registry),
    runPods(registry, { network, startGateway: (uid, ip) => fleet.start(uid, ip) }),
    runEndpointSlices(registry),
    runGatewayInfrastructure(registry, options.gatewayReplicas),
  ];
  const routing = runRouting(registry, {
    fleet,
    pickers: pickerFactory(options.picker, seededRandom(options.seed)),
    setUpstreams(table) {
      upstreams = table;
      fleet.endpointsChanged();
    },
  });
  if (options.gatewayReplicas > 0) await ingressReady(registry);
  return {
    async connectPod(pod, port) {
      const socket = network.connect(pod.status?.podIP ?? '', port);
      await once(socket, 'connect');
      return socket;
    },
    async stop() {
      for (const queue of queues) queue.stop();
      fleet.stop();
      await routing.stop();
    },
  };
}

function ingressReady(registry: Registry): Promise<void> {
  return new Promise((resolve) => {
    const end = registry.watch(kinds.service, ({ object }) => {
      const { name, namespace } = object.metadata;
      const isIngress = name === ingress.name && namespace === ingress.namespace;
      if (!isIngress || !object.status?.loadBalancer?.ingress) return;
      end();
      resolve();
    });
  });
}
