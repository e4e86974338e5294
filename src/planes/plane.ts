import type { ConnectionCounters } from '../core/envoy/connection-counters.ts';
import type { Reader } from '../core/objects.ts';
import type { PodAddress } from '../core/pods.ts';
import type { InForce } from '../core/route/in-force.ts';
import type { GatewayPods, RouteView } from '../routing/routing-api.ts';

export type PlaneName = 'istio' | 'unknown';

/** One ready pod whose proxy carries a route's connections. */
export interface Proxy extends PodAddress {
  /** The port that the proxy's own process listens on for this route. */
  listenerPort: number;
}

/** A page of a port inside a pod. @throws ShiftError where it is not to be had */
export type GetPage = (page: PodAddress & { port: number; path: string }) => Promise<string>;

/** The connections that a proxy holds open on the listeners that carry a route. */
export interface OpenInProxy {
  open: number;
  /** Those to each version's clusters, whichever listener they came by; absent where the proxy does not count them. */
  versions?: ReadonlyMap<string, number>;
  /** From the proxy's taking a change of weights over to their close, in milliseconds; absent where it does not tell. */
  closedAfterMs?: number;
}

/** The proxies that carry a route's connections: what is in force. Pure but for the Reader and the pages that it is handed. */
export interface Plane {
  readonly name: PlaneName;
  /** Port of each proxy's own administration, inside its pod; undefined where none is known. */
  readonly adminPort: number | undefined;
  /** How a proxy picks the version of a connection: each drawn on its own, or in turns. */
  readonly pick: 'random' | 'turns' | 'unknown';
  /** Whether a change of weights closes the connections that are open; undefined where that is not known. */
  readonly cuts: boolean | undefined;
  /** Why it tells neither weights nor connections; undefined where it does. */
  readonly cannotTell: string | undefined;
  /** @throws ShiftError unreachable: none is ready */
  proxies(pods: readonly GatewayPods[], reader: Reader): Promise<Proxy[]>;
  /**
   * The weights that a proxy has in force, since when, and what became of newer ones.
   * @throws ShiftError cluster: it does not tell, or not clearly; as the page does
   */
  weights(proxy: Proxy, view: RouteView, getPage: GetPage): Promise<InForce>;
  /** New connections that a proxy has opened since it started, by its own names of versions. @throws ShiftError as weights does */
  counters(proxy: PodAddress, view: RouteView, getPage: GetPage): Promise<ConnectionCounters>;
  /** The connections that a change of weights would close where the plane cuts, and when. @throws ShiftError as weights does */
  openConnections(proxy: Proxy, view: RouteView, getPage: GetPage): Promise<OpenInProxy>;
}
