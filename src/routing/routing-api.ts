import type { Backend } from '../core/route/backend.ts';
import type { Readiness } from '../core/route/readiness.ts';
import type { JsonObject, KubeObject, ObjectRef, Reader } from '../core/objects.ts';
import type { Split } from '../core/weights/split.ts';
import type { WeightLimits } from '../core/weights/plan.ts';
import type { FieldPath } from './field-path.ts';
import type { Labels } from './services.ts';

export type RoutingApiName = 'istio' | 'gateway-api';

/** A route as read from the cluster, reduced to what a shift needs. */
export interface RouteView {
  /** The object as it was read; never changed in place. */
  object: KubeObject;
  ref: ObjectRef;
  api: RoutingApiName;
  /** Where in the object the matched rule stands. */
  rulePath: FieldPath;
  /** The listener's port that connections to this rule enter by; undefined where the route leaves it to the Gateway. */
  port: number | undefined;
  /** Versions as the route names them (subset; backend Service name), shortened where a short name is unambiguous, with explicit weights. */
  split: Split;
  /** For each version, the backend that it stands for. */
  backends: ReadonlyMap<string, Backend>;
}

/** Where connections enter, and what listens there. */
export interface Ingress {
  host: string;
  port: number;
  /** The object that the address was read from, for messages and for `status`. */
  source: ObjectRef;
}

/** Pods of one namespace that carry the gateway's listener, for a port-forward that does not bypass the weights. */
export interface GatewayPods {
  namespace: string;
  labelSelector: string;
  /** The port that the gateway's own process listens on for this route. */
  listenerPort: number;
}

/** One of the kinds that a routing API is made of. */
interface RoutingKind {
  /** The versions that tcpshift can write, best first. */
  readonly versions: readonly string[];
}

/**
 * One routing API: how to find, read, change and judge its routes, and all else that sets it apart from the others. Pure but for the
 * Reader that it is handed.
 */
export interface RoutingApi {
  readonly name: RoutingApiName;
  readonly title: string;
  readonly group: string;
  /** The kinds that the task needs, in the order in which their objects are applied, the route's last. They are removed the other way round. */
  readonly kinds: Readonly<Record<string, RoutingKind>>;
  readonly routeKind: string;
  /** kubectl's names for the route's kind, in lower case and without the group, the usual one first. */
  readonly routeNames: readonly string[];
  /** Whether all kinds are written in the version of the route, not each in its own. */
  readonly kindsShareVersion: boolean;
  /** Templates of the objects, by their paths below the templates folder, in the order in which the objects are applied, the route's last. */
  readonly templates: readonly string[];
  /** How its kinds come into a cluster: an imperative for people. */
  readonly howToGet: string;
  /** The weights that a route can carry. */
  readonly limits: WeightLimits;
  /** Whether an object of the route's kind shifts TCP connections. */
  isTcpRoute(object: KubeObject): boolean;
  /**
   * @throws ShiftError usage: several rules or matches fit, none fits, or the rule is not a weighted TCP rule.
   * @param port the listener's port that picks one match of a VirtualService; any where absent
   */
  readRoute(object: KubeObject, port?: number): RouteView;
  /** Where in the object each version's weight stands, also where the field is left out. */
  weightPaths(view: RouteView): ReadonlyMap<string, FieldPath>;
  /** The same object with these weights in the matched rule, explicit in every backend, everything else deep-equal. */
  withWeights(view: RouteView, split: Split): KubeObject<JsonObject>;
  /** @throws ShiftError unreachable, cluster: why a Gateway that is to be written would not carry traffic; forbidden: the user may not look */
  checkGateway(gateway: KubeObject, reader: Reader): Promise<void>;
  /** @throws ShiftError unreachable: no address yet, or none with this port; the hint names what to do. */
  findIngress(view: RouteView, reader: Reader): Promise<Ingress>;
  /** Those of every namespace where the gateway has any; at least one entry. @throws ShiftError unreachable: it has none */
  gatewayPods(view: RouteView, reader: Reader): Promise<GatewayPods[]>;
  /** `controllerName` of what serves the route; undefined where that is not known, or may not be read. @throws ShiftError as findIngress does */
  controller(view: RouteView, reader: Reader): Promise<string | undefined>;
  readiness(view: RouteView, reader: Reader): Promise<Readiness[]>;
  /** For each version that is a subset of its Service, the labels that set the subset's pods apart; a version is missing where nothing defines it. */
  subsetLabels(view: RouteView, reader: Reader): Promise<ReadonlyMap<string, Labels>>;
}
