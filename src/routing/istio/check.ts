import type { KubeObject, Reader } from '../../core/objects.ts';
import { exposingService, findIngressGateway } from './ingress-gateway.ts';

/**
 * See RoutingApi.checkGateway: pods must carry the Gateway's selector, and a Service of theirs must expose its port: only Istio's demo profile
 * exposes 31400.
 */
export async function checkGateway({ metadata, spec }: KubeObject, reader: Reader): Promise<void> {
  const ingress = await findIngressGateway(spec.selector, metadata.namespace!, reader);
  exposingService(ingress, spec.servers[0].port.number);
}
