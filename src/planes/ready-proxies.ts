import type { Reader } from '../core/objects.ts';
import { isReadyPod, podKind } from '../core/pods.ts';
import { ShiftError } from '../errors.ts';
import type { GatewayPods } from '../routing/routing-api.ts';
import type { Proxy } from './plane.ts';

/** See Plane.proxies: a proxy a ready pod of the gateway. */
export async function readyProxies(places: readonly GatewayPods[], reader: Reader): Promise<Proxy[]> {
  const readyIn = async ({ namespace, labelSelector, listenerPort }: GatewayPods): Promise<Proxy[]> => {
    const pods = await reader.list(podKind, { namespace, labelSelector });
    return pods.filter(isReadyPod).map(({ metadata }) => ({ namespace, pod: metadata.name, listenerPort }));
  };
  const proxies = (await Promise.all(places.map(readyIn))).flat();
  if (proxies.length > 0) return proxies;
  throw noneReady(places);
}

function noneReady(places: readonly GatewayPods[]): ShiftError {
  const { labelSelector } = places[0]!;
  const namespaces = places.map(({ namespace }) => namespace);
  const [where, scope] =
    namespaces.length === 1
      ? [`namespace ${namespaces[0]}`, `-n ${namespaces[0]}`]
      : [`namespaces ${namespaces.join(', ')}`, '-A'];
  return new ShiftError('unreachable', `no ready gateway pod with ${labelSelector} in ${where}`, {
    hint: `look at the pods: kubectl get pods ${scope} -l ${labelSelector}`,
  });
}
