import type { ObjectRef } from '../objects.ts';
import type { PodAddress } from '../pods.ts';
import type { Split } from '../weights/split.ts';
import type { OpenConnections } from './open-connections.ts';
import type { Readiness } from './readiness.ts';

export interface VersionStatus {
  version: string;
  weight: number;
  share: number;
  service: string;
  /** The Service's. */
  namespace: string;
  /** Absent where the route leaves it to a Service with one port. */
  port?: number;
  readyPods: number;
  pods: number;
}

interface ProxyStatus extends PodAddress {
  weights: Split | null;
  inForce: boolean;
  /** When the proxy took these weights, by its own clock, ISO 8601; absent where it does not tell. */
  updatedAt?: string;
  /** Why it refused a newer configuration, in its own words. */
  refused?: string;
  /** A listener for the route waits for what it needs, such as a certificate. */
  warming?: true;
  /** Why the pod's weights cannot be read. */
  problem?: string;
}

/** One screen about a route. */
export interface StatusResult {
  context: string | null;
  server: string;
  route: ObjectRef;
  api: string;
  ingress: { host: string; port: number; source: ObjectRef } | null;
  /** Why there is no address. */
  ingressProblem?: string;
  versions: readonly VersionStatus[];
  conditions: readonly Readiness[];
  /** The weights that each ready gateway pod has in force; null where they cannot be read. */
  proxies: readonly ProxyStatus[] | null;
  /** Why they cannot be read. */
  proxiesProblem?: string;
  /** The connections that a change of weights would close, and when; null where it closes none. */
  openConnections: OpenConnections | null;
  /** Objects of this route that tcpshift did not make. */
  foreign: readonly ObjectRef[];
}
