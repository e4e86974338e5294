import { findIngress, gatewayPods } from './ingress.ts';
import { readiness } from './readiness.ts';
import { readRoute, withWeights } from './route.ts';
import type { RoutingApi } from '../routing-api.ts';

const int32 = 2 ** 31 - 1;

/** VirtualService, Gateway and DestinationRule of Istio. */
export const istio: RoutingApi = {
  name: 'istio',
  title: 'Istio API',
  routeKind: 'VirtualService',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  limits: { maxWeight: int32, maxSum: int32, maxBackends: Infinity },
  readRoute,
  withWeights,
  findIngress,
  gatewayPods,
  readiness,
};
