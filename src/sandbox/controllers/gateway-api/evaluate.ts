import type { KubeObject } from '../../../core/objects.ts';
import type { TcpRoute } from '../../gateway/config.ts';
import type { Registry } from '../../store/registry.ts';
import { keyOf } from '../controller.ts';
import { kinds } from '../kinds.ts';
import { resolveBackends, type ResolvedBackends } from './backends.ts';
import { judgeListeners, type JudgedListener } from './listeners.ts';
import { judgeParents, type JudgedParent } from './parents.ts';

export const gatewayController = 'istio.io/gateway-controller';

export interface EvaluatedGateway {
  gateway: KubeObject;
  listeners: JudgedListener[];
}

export interface EvaluatedRoute {
  route: KubeObject;
  parents: JudgedParent[];
  backends: ResolvedBackends;
}

/** Every Gateway of our class and every TCPRoute that attaches to one, judged. */
export interface Evaluation {
  gateways: EvaluatedGateway[];
  /** Oldest first. */
  routes: EvaluatedRoute[];
}

/** Whether the Gateway is of a class that Istio's controller serves. */
export function isOurs(registry: Pick<Registry, 'get'>, gateway: KubeObject): boolean {
  const gatewayClass = registry.get(kinds.gatewayClass, gateway.spec.gatewayClassName);
  return gatewayClass?.spec.controllerName === gatewayController;
}

/** Judges all Gateways and TCPRoutes as they are now. */
export function evaluate(registry: Pick<Registry, 'get' | 'list'>): Evaluation {
  const gateways = registry
    .list(kinds.gateway)
    .filter((gateway) => isOurs(registry, gateway))
    .map((gateway) => ({ gateway, listeners: judgeListeners(gateway) }));
  const listenersOf = new Map(gateways.map(({ gateway, listeners }) => [keyOf(gateway), listeners]));
  const routes = registry
    .list(kinds.tcpRoute)
    .map((route) => ({
      route,
      parents: judgeParents(registry, route, listenersOf),
      backends: resolveBackends(registry, route),
    }))
    .sort((a, b) => byAge(a.route, b.route));
  return { gateways, routes };
}

/** The order in which objects that want the same thing get it: oldest first, then by namespace and name. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const key = (object: KubeObject): string => `${object.metadata.creationTimestamp} ${keyOf(object)}`;
  return key(a) < key(b) ? -1 : 1;
}

/** The routes that a listener has accepted, oldest first. */
export function attachedTo({ routes }: Evaluation, judged: JudgedListener): EvaluatedRoute[] {
  return routes.filter(({ parents }) => parents.some(({ listeners }) => listeners.includes(judged)));
}

/** Where a listener sends connections: as its oldest route says. */
export function routeOf(evaluation: Evaluation, judged: JudgedListener): TcpRoute | undefined {
  return attachedTo(evaluation, judged)[0]?.backends.route;
}
