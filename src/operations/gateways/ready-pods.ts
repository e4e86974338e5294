import type { Plane, Proxy } from '../../planes/plane.ts';
import { readyProxies } from '../../planes/ready-proxies.ts';
import { refusal } from '../../planes/unknown.ts';
import { sessionOnce, type Session } from '../session.ts';
import type { Target } from '../route/target.ts';
import { planeOf } from './plane.ts';

/** The ready proxies that carry the route's listener, and what they are. */
export interface ReadyGateway {
  plane: Plane;
  /** At least one. */
  proxies: Proxy[];
}

type ClusterSession = Pick<Session, 'cluster'>;

/** The ready proxies alone, whatever they are. @throws ShiftError unreachable: no gateway pod is ready */
export async function gatewayProxies({ api, view }: Target, session: ClusterSession): Promise<Proxy[]> {
  const { cluster } = sessionOnce(session);
  return readyProxies(await api.gatewayPods(view, cluster), cluster);
}

/** Those of a plane that tells its weights and connections. @throws ShiftError cluster: it does not; otherwise as gatewayProxies and planeOf */
export async function tellingGateway(target: Target, session: ClusterSession): Promise<ReadyGateway> {
  const once = sessionOnce(session);
  const plane = await planeOf(target, once);
  if (plane.cannotTell !== undefined) throw refusal(plane.cannotTell);
  const { api, view } = target;
  return { plane, proxies: await plane.proxies(await api.gatewayPods(view, once.cluster), once.cluster) };
}
