import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../core/objects.ts';
import type { Registry } from '../../store/registry.ts';
import { proxyImage } from '../../workloads/images.ts';
import { keyOf, live, runController } from '../controller.ts';
import { kinds } from '../kinds.ts';
import { controlledBy, controllerKey } from '../owners.ts';
import type { WorkQueue } from '../work-queue.ts';
import { isOurs } from './evaluate.ts';
import type { Listener } from './listeners.ts';

const manager = 'istio.io/gateway-controller';
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

/** The name of the Deployment and of the Service that stand behind a Gateway. */
export function infrastructureName({ metadata, spec }: KubeObject): string {
  return `${metadata.name}-${spec.gatewayClassName}`;
}

/** Gives every Gateway of ours its ServiceAccount, Deployment of proxies and Service. */
export function runGatewayInfrastructure(registry: Registry, replicas: number): WorkQueue {
  const ofGateway = (object: KubeObject): string[] => controllerKey(object, 'Gateway');
  return runController(registry, {
    watches: [
      [kinds.gateway, (gateway) => [keyOf(gateway)]],
      [kinds.gatewayClass, () => registry.list(kinds.gateway).map(keyOf)],
      [kinds.deployment, ofGateway],
      [kinds.service, ofGateway],
    ],
    reconcile(key) {
      const gateway = live(registry, kinds.gateway, key);
      if (!gateway || !isOurs(registry, gateway)) return;
      for (const object of [account(gateway), deployment(gateway, replicas)]) ensure(registry, object);
      exposePorts(registry, ensure(registry, service(gateway)), gateway);
    },
  });
}

function ensure(registry: Registry, object: KubeObject): KubeObject {
  const { name, namespace } = object.metadata;
  return registry.get(object, name, namespace) ?? registry.create(object, { manager });
}

function metadataOf(gateway: KubeObject): KubeObject['metadata'] {
  const { name, namespace, labels } = gateway.metadata;
  return {
    name: infrastructureName(gateway),
    namespace: namespace!,
    labels: {
      ...labels,
      [gatewayNameLabel]: name,
      'gateway.istio.io/managed': 'istio.io-gateway-controller',
    },
    ownerReferences: controlledBy(gateway),
  };
}

function account(gateway: KubeObject): KubeObject {
  return { ...kinds.serviceAccount, metadata: metadataOf(gateway) };
}

function deployment(gateway: KubeObject, replicas: number): KubeObject {
  const metadata = metadataOf(gateway);
  const matchLabels = { [gatewayNameLabel]: gateway.metadata.name };
  const template = {
    metadata: { labels: { ...metadata.labels, 'service.istio.io/canonical-name': metadata.name } },
    spec: { serviceAccountName: metadata.name, containers: [{ name: 'istio-proxy', image: proxyImage }] },
  };
  return { ...kinds.deployment, metadata, spec: { replicas, selector: { matchLabels }, template } };
}

function service(gateway: KubeObject): KubeObject {
  const selector = { [gatewayNameLabel]: gateway.metadata.name };
  const spec = { type: 'LoadBalancer', selector, ports: servicePorts(gateway) };
  return { ...kinds.service, metadata: metadataOf(gateway), spec };
}

function servicePorts({ spec }: KubeObject): { name: string; port: number }[] {
  const listeners: Listener[] = spec.listeners ?? [];
  const ports = new Map([[15021, { name: 'status-port', port: 15021, protocol: 'TCP', appProtocol: 'tcp' }]]);
  for (const { name, port, protocol } of listeners) {
    if (!ports.has(port)) ports.set(port, { name, port, protocol: 'TCP', appProtocol: protocol.toLowerCase() });
  }
  return [...ports.values()].map((port) => ({ ...port, targetPort: port.port }));
}

/** Brings the Service's ports in line with the listeners; what the API server has added to a port stays. */
function exposePorts(registry: Registry, known: KubeObject, gateway: KubeObject): void {
  const before: { port: number }[] = known.spec.ports;
  const ports = servicePorts(gateway).map((wanted) => ({
    ...before.find(({ port }) => port === wanted.port),
    ...wanted,
  }));
  if (isDeepStrictEqual(ports, before)) return;
  registry.update({ ...known, spec: { ...known.spec, ports } }, { manager });
}
