import type { ConnectionCounters } from '../core/envoy/connection-counters.ts';
import type { Reader } from '../core/objects.ts';
import type { PodAddress } from '../core/pods.ts';
import type { Split } from '../core/weights/split.ts';
import type { GatewayPods, RouteView } from '../routing/routing-api.ts';

export type PlaneName = 'istio' | 'unknown';

/** One ready pod whose proxy carries a route's connections. */
export interface Proxy extends PodAddress {
  /** The port that the proxy's own process listens on for this route. */
  listenerPort: number;
}

/** A page of a port inside a pod. @throws ShiftError where it is not to be had */
export type GetPage = (page: PodAddress & { port: number; path: string }) => Promise<string>;

/** What a change of weights does to the connections that are open. */
interface Cut {
  /** Whether they are closed; undefined where that is not known. */
  cuts: boolean | undefined;
  /** From the proxy's taking the change to the close, in milliseconds. */
  afterMs?: number;
}

/** The proxies that carry a route's connections: what is in force. Pure but for the Reader and the pages that it is handed. */
export interface Plane {
  readonly name: PlaneName;
  /** Port of each proxy's own administration, inside its pod; undefined where none is known. */
  readonly adminPort: number | undefined;
  /** How a proxy picks the version of a connection: each drawn on its own, or in turns. */
  readonly pick: 'random' | 'turns' | 'unknown';
  /** Why it tells neither weights nor connections; undefined where it does. */
  readonly cannotTell: string | undefined;
  /** @throws ShiftError unreachable: none is ready */
  proxies(pods: readonly GatewayPods[], reader: Reader): Promise<Proxy[]>;
  /**
   * The weights that a proxy has in force; undefined where it has no listener for the route.
   * @throws ShiftError cluster: it does not tell, or not clearly; as the page does
   */
  weights(proxy: Proxy, view: RouteView, getPage: GetPage): Promise<Split | undefined>;
  /** New connections that a proxy has opened since it started, by its own names of versions. @throws ShiftError as weights does */
  counters(proxy: PodAddress, view: RouteView, getPage: GetPage): Promise<ConnectionCounters>;
  /** @throws ShiftError as the page does */
  cut(proxy: PodAddress, getPage: GetPage): Promise<Cut>;
}
