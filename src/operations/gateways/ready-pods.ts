import type { Plane, Proxy } from '../../planes/plane.ts';
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

/** @throws ShiftError unreachable: no gateway pod is ready; otherwise as planeOf */
export async function readyGateway(target: Target, session: ClusterSession): Promise<ReadyGateway> {
  const once = sessionOnce(session);
  return gatewayOf(await planeOf(target, once), target, once);
}

/** The same of a plane that tells its weights and connections. @throws ShiftError cluster: it does not; otherwise as readyGateway */
export async function tellingGateway(target: Target, session: ClusterSession): Promise<ReadyGateway> {
  const once = sessionOnce(session);
  const plane = await planeOf(target, once);
  if (plane.cannotTell !== undefined) throw refusal(plane.cannotTell);
  return gatewayOf(plane, target, once);
}

async function gatewayOf(plane: Plane, { api, view }: Target, { cluster }: ClusterSession): Promise<ReadyGateway> {
  return { plane, proxies: await plane.proxies(await api.gatewayPods(view, cluster), cluster) };
}
