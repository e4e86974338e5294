import type { KindRef } from '../../core/objects.ts';

function kind(apiVersion: string, kind: string): KindRef {
  return { apiVersion, kind };
}

const gatewayApi = 'gateway.networking.k8s.io';

/** The kinds that the controllers read and write, at the version that they do it with. */
export const kinds = {
  namespace: kind('v1', 'Namespace'),
  node: kind('v1', 'Node'),
  pod: kind('v1', 'Pod'),
  service: kind('v1', 'Service'),
  serviceAccount: kind('v1', 'ServiceAccount'),
  deployment: kind('apps/v1', 'Deployment'),
  replicaSet: kind('apps/v1', 'ReplicaSet'),
  endpointSlice: kind('discovery.k8s.io/v1', 'EndpointSlice'),
  gatewayClass: kind(`${gatewayApi}/v1`, 'GatewayClass'),
  gateway: kind(`${gatewayApi}/v1`, 'Gateway'),
  tcpRoute: kind(`${gatewayApi}/v1`, 'TCPRoute'),
  referenceGrant: kind(`${gatewayApi}/v1beta1`, 'ReferenceGrant'),
  istioGateway: kind('networking.istio.io/v1', 'Gateway'),
  virtualService: kind('networking.istio.io/v1', 'VirtualService'),
  destinationRule: kind('networking.istio.io/v1', 'DestinationRule'),
} as const satisfies Record<string, KindRef>;
