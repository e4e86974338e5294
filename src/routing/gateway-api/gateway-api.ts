import { checkGateway } from './check.ts';
import { controller } from './controller.ts';
import { findIngress, gatewayPods } from './ingress.ts';
import { readiness } from './readiness.ts';
import { gatewayGroup, readRoute, weightPaths, withWeights } from './route.ts';
import type { RoutingApi } from '../routing-api.ts';

/** TCPRoute and Gateway of the Kubernetes Gateway API. */
export const gatewayApi: RoutingApi = {
  name: 'gateway-api',
  title: 'Gateway API',
  group: gatewayGroup,
  kinds: {
    Gateway: { versions: ['v1', 'v1beta1'] },
    TCPRoute: { versions: ['v1', 'v1alpha2'] },
  },
  routeKind: 'TCPRoute',
  routeNames: ['tcproute', 'tcproutes'],
  kindsShareVersion: false,
  templates: ['gateway-api/gateway.yaml', 'gateway-api/services.yaml', 'gateway-api/tcp-route.yaml'],
  howToGet:
    'install them: kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.0/experimental-install.yaml',
  limits: { maxWeight: 1_000_000, maxSum: 16_000_000, maxBackends: 16 },
  isTcpRoute: () => true,
  readRoute,
  weightPaths,
  withWeights,
  checkGateway,
  findIngress,
  gatewayPods,
  controller,
  readiness,
  subsetLabels: () => Promise.resolve(new Map()),
};
