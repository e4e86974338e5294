import { checkGateway } from './check.ts';
import { findIngress, gatewayPods } from './ingress.ts';
import { readiness } from './readiness.ts';
import { istioGroup, isTcpRoute, readRoute, weightPaths, withWeights } from './route.ts';
import { subsetLabels } from './subsets.ts';
import type { RoutingApi } from '../routing-api.ts';

const int32 = 2 ** 31 - 1;

const versions = ['v1', 'v1beta1', 'v1alpha3'];

/** VirtualService, Gateway and DestinationRule of Istio. */
export const istio: RoutingApi = {
  name: 'istio',
  title: 'Istio API',
  group: istioGroup,
  kinds: {
    Gateway: { versions },
    DestinationRule: { versions },
    VirtualService: { versions },
  },
  routeKind: 'VirtualService',
  routeNames: ['virtualservice', 'virtualservices', 'vs'],
  kindsShareVersion: true,
  templates: ['istio/gateway.yaml', 'istio/destination-rule.yaml', 'istio/virtual-service.yaml'],
  howToGet: 'install Istio, for example: istioctl install --set profile=demo',
  limits: { maxWeight: int32, maxSum: int32, maxBackends: Infinity },
  isTcpRoute,
  readRoute,
  weightPaths,
  withWeights,
  checkGateway,
  findIngress,
  gatewayPods,
  controller: () => Promise.resolve('istio.io/gateway-controller'),
  readiness,
  subsetLabels,
};
