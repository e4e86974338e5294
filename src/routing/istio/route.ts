import { defined } from '../../core/defined.ts';
import type { JsonObject, KubeObject } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import type { Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { WeightedBackend } from '../backends.ts';
import { nameBackends, weightPathsIn, writeWeightsAt } from '../backends.ts';
import { fieldAt, type FieldPath } from '../field-path.ts';
import type { RouteView } from '../routing-api.ts';

interface TcpMatch {
  port?: number;
  gateways?: string[];
}

interface RouteDestination {
  destination: { host: string; subset?: string; port?: { number?: number } };
  weight?: number;
}

interface TcpRule {
  match?: TcpMatch[];
  route?: RouteDestination[];
}

interface VirtualServiceSpec {
  gateways?: string[];
  tcp?: TcpRule[];
}

export const istioGroup = 'networking.istio.io';

const mesh = 'mesh';

/** Whether a VirtualService has rules for TCP. */
export function isTcpRoute({ spec }: KubeObject<VirtualServiceSpec>): boolean {
  return (spec?.tcp ?? []).length > 0;
}

/** Ports of a rule's matches; undefined stands for a match of any port. Matches for sidecars alone don't count where gateways are bound. */
function portsOf(rule: TcpRule, bound: boolean): (number | undefined)[] {
  const matches = rule.match ?? [];
  if (matches.length === 0) return [undefined];
  const entering = matches.filter(({ gateways = [] }) => !bound || gateways.length === 0 || gateways.some(isGateway));
  return [...new Set(entering.map(({ port }) => port))];
}

function isGateway(name: string): boolean {
  return name !== mesh;
}

/** Gateways by which connections reach the view's rule, as the VirtualService writes them: `name` or `namespace/name`. */
export function gatewaysOf({ object, rulePath }: RouteView): string[] {
  const { spec }: KubeObject<VirtualServiceSpec> = object;
  const { match = [] } = fieldAt(object, rulePath) as TcpRule;
  const ofMatches = match.flatMap(({ gateways = [] }) => gateways);
  const ofRoute = spec?.gateways ?? [];
  return [...new Set((ofMatches.length > 0 ? ofMatches : ofRoute).filter(isGateway))];
}

function matchedRule(
  object: KubeObject<VirtualServiceSpec>,
  port: number | undefined,
): { index: number; port: number | undefined } {
  const title = titleOf(refOf(object));
  const rules = object.spec?.tcp ?? [];
  const bound = (object.spec?.gateways ?? []).some(isGateway);
  const all = rules.flatMap((rule, index) => portsOf(rule, bound).map((own) => ({ index, port: own })));
  const fitting = all.filter((match) => port === undefined || match.port === undefined || match.port === port);
  if (fitting.length === 1) return { index: fitting[0]!.index, port: fitting[0]!.port ?? port };

  const ports = [...new Set(all.flatMap((match) => match.port ?? []))];
  if (all.length === 0) {
    const found = rules.length === 0 ? 'no TCP rule' : 'TCP rules for sidecars alone, none for a gateway';
    throw new ShiftError('usage', `${title} has ${found}`, { hint: 'name a VirtualService that routes TCP' });
  }
  if (fitting.length === 0) {
    throw new ShiftError('usage', `${title} has no TCP rule for port ${port}; it has ${ports.join(', ')}`, {
      hint: `use --listener-port ${ports[0]}`,
    });
  }
  const places = fitting.map((match) => `tcp[${match.index}] (${match.port ? `port ${match.port}` : 'any port'})`);
  const told = port === undefined && ports.length > 1;
  throw new ShiftError('usage', `${title} has several TCP matches that fit: ${places.join(', ')}`, {
    hint: told
      ? `name one by its port: --listener-port ${ports.join(' or --listener-port ')}`
      : `leave one that fits: kubectl edit virtualservice ${object.metadata.name} -n ${object.metadata.namespace}`,
  });
}

/** The Service and namespace that a destination's host stands for; a host that is no Service's is left whole. */
function hostOf(host: string, namespace: string): { service: string; namespace: string } {
  const [, service, owner] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  return service && owner ? { service, namespace: owner } : { service: host, namespace };
}

function backendOf({ destination, weight }: RouteDestination, object: KubeObject, sole: boolean): WeightedBackend {
  const port = destination.port?.number;
  const backend = {
    ...hostOf(destination.host, object.metadata.namespace ?? 'default'),
    ...defined({ port, subset: destination.subset }),
  };
  // Istio sends a sole destination everything, and one of several without a weight nothing.
  return { backend, weight: sole ? weight || 100 : (weight ?? 0) };
}

/** The view of a VirtualService, by the one TCP rule that fits. @throws ShiftError usage, see RoutingApi */
export function readRoute(object: KubeObject<VirtualServiceSpec>, port?: number): RouteView {
  const matched = matchedRule(object, port);
  const route = object.spec?.tcp?.[matched.index]?.route ?? [];
  return {
    object,
    ref: refOf(object),
    api: 'istio',
    rulePath: ['spec', 'tcp', matched.index],
    port: matched.port,
    ...nameBackends(
      object,
      route.map((entry) => backendOf(entry, object, route.length === 1)),
    ),
  };
}

/** See RoutingApi.weightPaths. */
export function weightPaths(view: RouteView): Map<string, FieldPath> {
  return weightPathsIn('route', view);
}

/** A copy of the VirtualService with these weights in the view's rule. */
export function withWeights(view: RouteView, split: Split): KubeObject<JsonObject> {
  return writeWeightsAt(weightPaths(view), view, split);
}
