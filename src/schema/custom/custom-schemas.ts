import type { Schema } from '../schema.ts';
import { gatewayClass } from './gateway-api/gateway-class.ts';
import { gateway } from './gateway-api/gateway.ts';
import { referenceGrant } from './gateway-api/reference-grant.ts';
import { tcpRoute, tcpRouteAlpha } from './gateway-api/tcp-route.ts';
import { destinationRule } from './istio/destination-rule.ts';
import { istioGateway } from './istio/gateway.ts';
import { virtualService } from './istio/virtual-service.ts';

/** The schemas of the custom kinds of both routing APIs, as their CustomResourceDefinitions have them, by apiVersion and kind. */
export const customSchemas: Readonly<Record<string, Schema>> = {
  'gateway.networking.k8s.io/v1 Gateway': gateway,
  'gateway.networking.k8s.io/v1 GatewayClass': gatewayClass,
  'gateway.networking.k8s.io/v1 ReferenceGrant': referenceGrant,
  'gateway.networking.k8s.io/v1 TCPRoute': tcpRoute,
  'gateway.networking.k8s.io/v1alpha2 TCPRoute': tcpRouteAlpha,
  'gateway.networking.k8s.io/v1beta1 Gateway': gateway,
  'gateway.networking.k8s.io/v1beta1 GatewayClass': gatewayClass,
  'gateway.networking.k8s.io/v1beta1 ReferenceGrant': referenceGrant,
  'networking.istio.io/v1 DestinationRule': destinationRule,
  'networking.istio.io/v1 Gateway': istioGateway,
  'networking.istio.io/v1 VirtualService': virtualService,
  'networking.istio.io/v1alpha3 DestinationRule': destinationRule,
  'networking.istio.io/v1alpha3 Gateway': istioGateway,
  'networking.istio.io/v1alpha3 VirtualService': virtualService,
  'networking.istio.io/v1beta1 DestinationRule': destinationRule,
  'networking.istio.io/v1beta1 Gateway': istioGateway,
  'networking.istio.io/v1beta1 VirtualService': virtualService,
};
