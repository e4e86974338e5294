import { gatewayApi } from './gateway-api/gateway-api.ts';
import { istio } from './istio/istio.ts';
import type { RoutingApi, RoutingApiName } from './routing-api.ts';

/** A routing API by name, or whichever fits. */
export type WantedApi = 'auto' | RoutingApiName;

/** Every routing API by the name that --api takes, the preferred one first. */
export const routingApis = { 'gateway-api': gatewayApi, istio } satisfies Record<RoutingApiName, RoutingApi>;

/** Every routing API, the preferred one first. */
export const allApis: readonly RoutingApi[] = Object.values(routingApis);

/** The routing API that is meant where no cluster is asked. */
export function meantApi(wanted: WantedApi): RoutingApi {
  return wanted === 'auto' ? allApis[0]! : routingApis[wanted];
}
