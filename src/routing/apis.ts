import { gatewayApi } from './gateway-api/gateway-api.ts';
import { istio } from './istio/istio.ts';
import type { RoutingApi, RoutingApiName } from './routing-api.ts';

/** Every routing API, by the name that --api takes. */
export const routingApis = { 'gateway-api': gatewayApi, istio } satisfies Record<RoutingApiName, RoutingApi>;
