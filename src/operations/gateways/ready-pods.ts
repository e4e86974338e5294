import { isReadyPod, type PodAddress } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import type { GatewayPods } from '../../routing/routing-api.ts';
import { podKind } from '../../routing/services.ts';
import type { Session } from '../session.ts';
import type { Target } from '../route/target.ts';

/** One ready pod that carries the route's listener. */
interface GatewayProxy extends PodAddress {
  /** The port that the gateway's own process listens on for this route. */
  listenerPort: number;
}

/** The ready pods that carry the route's listener. */
export interface ReadyGateway {
  /** At least one. */
  proxies: GatewayProxy[];
}

/** @throws ShiftError unreachable: no gateway pod is ready */
export async function readyGateway(target: Target, { cluster }: Pick<Session, 'cluster'>): Promise<ReadyGateway> {
  const places = await target.api.gatewayPods(target.view, cluster);
  const readyIn = async ({ namespace, labelSelector, listenerPort }: GatewayPods): Promise<GatewayProxy[]> => {
    const pods = await cluster.list(podKind, { namespace, labelSelector });
    return pods.filter(isReadyPod).map(({ metadata }) => ({ namespace, pod: metadata.name, listenerPort }));
  };
  const proxies = (await Promise.all(places.map(readyIn))).flat();
  if (proxies.length > 0) return { proxies };
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
