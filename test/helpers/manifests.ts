import type { KubeObject } from '../../src/core/objects.ts';

/** Objects of the sample task, in one namespace, as small as they work. */
export const namespace = 'shop';

type Labels = Record<string, string>;

function object(apiVersion: string, kind: string, name: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

export function echoDeployment(version: string, prefix: string, spec: object = {}): KubeObject {
  const labels = { app: 'tcp-echo', version };
  const container = {
    name: 'tcp-echo',
    image: 'registry.istio.io/release/tcp-echo-server:1.3',
    args: ['9000,9001,9002', prefix],
    ports: [{ containerPort: 9000 }, { containerPort: 9001 }],
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return object('apps/v1', 'Deployment', `tcp-echo-${version}`, {
    spec: { replicas: 1, selector: { matchLabels: labels }, template, ...spec },
  });
}

export function service(name: string, selector: Labels, port: object = {}): KubeObject {
  return object('v1', 'Service', name, {
    spec: { selector, ports: [{ name: 'tcp', port: 9000, protocol: 'TCP', targetPort: 9000, ...port }] },
  });
}

export function gateway(listeners: object[], spec: object = {}): KubeObject {
  const all = listeners.map((listener) => ({ protocol: 'TCP', ...listener }));
  return object('gateway.networking.k8s.io/v1', 'Gateway', 'tcp-echo-gateway', {
    spec: { gatewayClassName: 'istio', listeners: all, ...spec },
  });
}

export function tcpRoute(backendRefs: object[], parentRef: object = {}, name = 'tcp-echo'): KubeObject {
  const backends = backendRefs.map((ref) => ({ port: 9000, ...ref }));
  return object('gateway.networking.k8s.io/v1', 'TCPRoute', name, {
    spec: { parentRefs: [{ name: 'tcp-echo-gateway', ...parentRef }], rules: [{ backendRefs: backends }] },
  });
}

export function istioGateway(port: number, server: object = {}): KubeObject {
  const servers = [{ port: { number: port, name: 'tcp', protocol: 'TCP' }, hosts: ['*'], ...server }];
  return object('networking.istio.io/v1', 'Gateway', 'tcp-echo-gateway', {
    spec: { selector: { istio: 'ingressgateway' }, servers },
  });
}

export function destinationRule(...versions: string[]): KubeObject {
  const subsets = versions.map((version) => ({ name: version, labels: { version } }));
  return object('networking.istio.io/v1', 'DestinationRule', 'tcp-echo-destination', {
    spec: { host: 'tcp-echo', subsets },
  });
}

export function virtualService(
  port: number,
  weights: Record<string, number | undefined>,
  spec: object = {},
): KubeObject {
  const route = Object.entries(weights).map(([subset, weight]) => ({
    destination: { host: 'tcp-echo', port: { number: 9000 }, subset },
    ...(weight === undefined ? {} : { weight }),
  }));
  return object('networking.istio.io/v1', 'VirtualService', 'tcp-echo', {
    spec: { hosts: ['*'], gateways: ['tcp-echo-gateway'], tcp: [{ match: [{ port }], route }], ...spec },
  });
}
