import type { KubeObject } from '../../core/objects.ts';
import type { SandboxOptions } from '../options.ts';
import type { Registry } from '../store/registry.ts';
import { proxyImage } from '../workloads/images.ts';
import { gatewayController } from './gateway-api/evaluate.ts';
import { kinds } from './kinds.ts';
import { nodeStatus, sandboxNode } from './nodes/node.ts';
import { writeStatus } from './status.ts';

/** Where the ingress gateway of the Istio API is. */
export const ingress = { name: 'istio-ingressgateway', namespace: 'istio-system' };

const ingressLabels = { app: ingress.name, istio: 'ingressgateway' };

/** Puts in what a fresh cluster with Istio has; leaves alone what is there. */
export function seed(registry: Registry, options: Pick<SandboxOptions, 'ingressPort' | 'gatewayReplicas'>): void {
  ensure(registry, { ...kinds.namespace, metadata: { name: ingress.namespace } });
  writeStatus(registry, ensure(registry, sandboxNode), nodeStatus(), 'kubelet');
  ensure(registry, kubernetesService);
  ensure(registry, {
    ...kinds.gatewayClass,
    metadata: { name: 'istio' },
    spec: { controllerName: gatewayController, description: 'The default Istio GatewayClass' },
  });
  ensure(registry, ingressService(options.ingressPort));
  ensure(registry, ingressDeployment(options.gatewayReplicas));
}

function ensure(registry: Registry, object: KubeObject): KubeObject {
  const { name, namespace } = object.metadata;
  return registry.get(object, name, namespace) ?? registry.create(object, { manager: 'sandbox' });
}

const kubernetesService: KubeObject = {
  ...kinds.service,
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: { type: 'ClusterIP', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
};

function ingressService(ingressPort: number): KubeObject {
  const ports = [
    { name: 'status-port', port: 15021, targetPort: 15021 },
    { name: 'http2', port: 80, targetPort: 8080 },
    { name: 'https', port: 443, targetPort: 8443 },
    ...(ingressPort === 0 ? [] : [{ name: 'tcp', port: ingressPort, targetPort: ingressPort }]),
    { name: 'tls', port: 15443, targetPort: 15443 },
  ];
  return {
    ...kinds.service,
    metadata: { ...ingress, labels: ingressLabels },
    spec: {
      type: 'LoadBalancer',
      selector: ingressLabels,
      ports: ports.map((port) => ({ ...port, protocol: 'TCP' })),
    },
  };
}

function ingressDeployment(replicas: number): KubeObject {
  return {
    ...kinds.deployment,
    metadata: { ...ingress, labels: ingressLabels },
    spec: {
      replicas,
      selector: { matchLabels: ingressLabels },
      template: {
        metadata: { labels: ingressLabels },
        spec: { containers: [{ name: 'istio-proxy', image: proxyImage }] },
      },
    },
  };
}
