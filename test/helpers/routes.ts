import type { KubeObject } from '../../src/core/objects.ts';

/** The task's objects as a cluster returns them, and what stands around them; tests change what they are about. */
export const namespace = 'istio-io-tcp-traffic-shifting';

export function virtualService(tcp: unknown, more: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'tcp-echo', namespace, generation: 2, resourceVersion: '17' },
    spec: { hosts: ['*'], gateways: ['tcp-echo-gateway'], tcp, ...more },
  };
}

export function toSubset(subset: string, weight?: number) {
  const destination = { host: 'tcp-echo', port: { number: 9000 }, subset };
  return weight === undefined ? { destination } : { destination, weight };
}

/** The task's rule after its second step. */
export const taskRule = { match: [{ port: 31400 }], route: [toSubset('v1', 80), toSubset('v2', 20)] };

export function istioGateway(port = 31400, more: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'tcp-echo-gateway', namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: port, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] }],
      ...more,
    },
  };
}

export function ingressPod(
  owner = 'istio-system',
  status: Record<string, unknown> = { hostIP: '10.0.0.9' },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'gw-1', namespace: owner, labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' } },
    spec: { containers: [{ name: 'istio-proxy', ports: [{ name: 'tcp-in', containerPort: 31499 }] }] },
    status,
  };
}

export function ingressService(
  spec: Record<string, unknown> = {},
  addresses: unknown[] = [{ ip: '203.0.113.7' }],
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' },
    spec: {
      type: 'LoadBalancer',
      selector: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
      ports: [{ name: 'tcp', port: 31400, targetPort: 31400, nodePort: 30123, protocol: 'TCP' }],
      ...spec,
    },
    status: { loadBalancer: { ingress: addresses } },
  };
}

export function tcpRoute(backendRefs: unknown, more: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'TCPRoute',
    metadata: { name: 'tcp-echo', namespace, generation: 2, resourceVersion: '17' },
    spec: {
      parentRefs: [
        { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'tcp-echo-gateway', sectionName: 'tcp-31400' },
      ],
      rules: [{ backendRefs }],
      ...more,
    },
  };
}

export function toService(name: string, weight?: number) {
  const ref = { group: '', kind: 'Service', name, port: 9000 };
  return weight === undefined ? ref : { ...ref, weight };
}

/** The task's backends after its second step. */
export const taskBackends = [toService('tcp-echo-v1', 80), toService('tcp-echo-v2', 20)];

export function gateway(status: Record<string, unknown> = {}, listeners?: unknown[]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'tcp-echo-gateway', namespace, generation: 1 },
    spec: {
      gatewayClassName: 'istio',
      listeners: listeners ?? [{ name: 'tcp-31400', protocol: 'TCP', port: 31400 }],
    },
    status,
  };
}
