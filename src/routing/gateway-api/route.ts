import { defined } from '../../core/defined.ts';
import type { JsonObject, KubeObject } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import type { Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { WeightedBackend } from '../backends.ts';
import { nameBackends, weightPathsIn, writeWeightsAt } from '../backends.ts';
import type { FieldPath } from '../field-path.ts';
import type { RouteView } from '../routing-api.ts';

export const gatewayGroup = 'gateway.networking.k8s.io';

/** A route's reference to the Gateway that it attaches to; absent fields have the API's defaults. */
export interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

interface BackendRef {
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
}

interface TcpRouteSpec {
  parentRefs?: ParentRef[];
  rules?: { backendRefs?: BackendRef[] }[];
}

/** The route's references to Gateways, as they are written. */
export function parentGateways({ spec }: KubeObject<TcpRouteSpec>): ParentRef[] {
  const parents = spec?.parentRefs ?? [];
  return parents.filter(({ group = gatewayGroup, kind = 'Gateway' }) => group === gatewayGroup && kind === 'Gateway');
}

function backendOf({ name, namespace, port, weight = 1 }: BackendRef, route: KubeObject): WeightedBackend {
  const owner = namespace ?? route.metadata.namespace ?? 'default';
  return { backend: { service: name, namespace: owner, ...defined({ port }) }, weight };
}

/** The view of a TCPRoute, which has exactly one rule. @throws ShiftError usage, see RoutingApi */
export function readRoute(object: KubeObject<TcpRouteSpec>, port?: number): RouteView {
  const rules = object.spec?.rules ?? [];
  if (rules.length !== 1) {
    const { name, namespace } = object.metadata;
    const numbers = rules.map((_, index) => `rules[${index}]`).join(', ');
    const found = rules.length === 0 ? 'no rule' : `${rules.length} rules that fit: ${numbers}`;
    throw new ShiftError('usage', `${titleOf(refOf(object))} has ${found}; a TCPRoute has exactly one`, {
      hint: `leave one: kubectl edit tcproute ${name} -n ${namespace}`,
    });
  }
  const ports = new Set(parentGateways(object).map((parent) => parent.port));
  const { backendRefs = [] } = rules[0]!;
  return {
    object,
    ref: refOf(object),
    api: 'gateway-api',
    rulePath: ['spec', 'rules', 0],
    port: port ?? (ports.size === 1 ? [...ports][0] : undefined),
    ...nameBackends(
      object,
      backendRefs.map((entry) => backendOf(entry, object)),
    ),
  };
}

/** See RoutingApi.weightPaths. */
export function weightPaths(view: RouteView): Map<string, FieldPath> {
  return weightPathsIn('backendRefs', view);
}

/** A copy of the TCPRoute with these weights in its rule. */
export function withWeights(view: RouteView, split: Split): KubeObject<JsonObject> {
  return writeWeightsAt(weightPaths(view), view, split);
}
