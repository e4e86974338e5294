import { findIngress, gatewayPods } from './ingress.ts';
import { readiness } from './readiness.ts';
import { gatewayGroup, readRoute, withWeights } from './route.ts';
import type { RoutingApi } from '../routing-api.ts';

/** TCPRoute and Gateway of the Kubernetes Gateway API. */
export const gatewayApi: RoutingApi = {
  name: 'gateway-api',
  title: 'Gateway API',
  routeKind: 'TCPRoute',
  group: gatewayGroup,
  versions: ['v1', 'v1alpha2'],
  limits: { maxWeight: 1_000_000, maxSum: 16_000_000, maxBackends: 16 },
  readRoute,
  withWeights,
  findIngress,
  gatewayPods,
  readiness,
};
