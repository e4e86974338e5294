import type { KubeObject, Reader } from '../../core/objects.ts';
import { controllerOf } from './controller.ts';

const flag = 'PILOT_ENABLE_ALPHA_GATEWAY_API';
const setFlag = `kubectl set env -n istio-system deployment/istiod ${flag}=true`;

/** What to do where Istio refuses a listener because it does not take up TCPRoutes; undefined where the message says something else. */
export function flagAdvice(message: string | undefined): string | undefined {
  return message?.includes(flag) ? `let istiod take up TCPRoutes: ${setFlag}` : undefined;
}

/**
 * What most likely keeps a Gateway's controller from saying anything about a TCPRoute, as what to do. Istio up to 1.30 reads v1alpha2, and only
 * with its flag; Istio from 1.31 on reads v1.
 */
export async function untakenAdvice(route: KubeObject, gateway: KubeObject, reader: Reader): Promise<string> {
  const name: string = gateway.spec.gatewayClassName;
  const version = route.apiVersion.slice(route.apiVersion.indexOf('/') + 1);
  const controller = await controllerOf(gateway, reader);
  if (!controller?.startsWith('istio.io/')) {
    return `see whether the controller of GatewayClass ${name} runs, and reads TCPRoute ${version}: kubectl describe gatewayclass ${name}`;
  }
  if (version === 'v1') return 'use Istio 1.31 or later: the ones before do not read TCPRoute v1';
  return `let istiod up to 1.30 take it up: ${setFlag}; for later ones, install the CRDs of Gateway API 1.6`;
}
