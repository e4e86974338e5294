import type { PodAddress } from '../pods.ts';

/** The connections that one gateway pod holds open for a route. */
export interface PodConnections extends PodAddress {
  /** Null where the pod does not tell. */
  open: number | null;
  /** Of each version, in the order of the route; absent where the pod does not count by them. */
  versions?: readonly VersionConnections[];
  /** From its taking a change of weights over to their close, in milliseconds; absent where it does not tell. */
  closedAfterMs?: number;
  /** Why it does not tell. */
  problem?: string;
}

interface VersionConnections {
  version: string;
  open: number;
}

/** The connections that are open through a route's listener, all of which a change of its weights closes, of whichever version they are. */
export interface OpenConnections {
  /** In all pods that tell; null where none does. */
  open: number | null;
  /** When they are closed, in milliseconds from a pod's taking the change over: the pods may differ. Null where none tells. */
  closedAfterMs: { shortest: number; longest: number } | null;
  /** Every ready gateway pod; empty where they cannot be asked at all. */
  pods: readonly PodConnections[];
  /** Why no pod tells. */
  problem?: string;
}

/** The sum over the pods. @param problem of the whole, where there is one beyond those of the pods */
export function sumOpen(pods: readonly PodConnections[], problem?: string): OpenConnections {
  const counted = pods.flatMap(({ open }) => open ?? []);
  const times = pods.flatMap(({ closedAfterMs }) => closedAfterMs ?? []);
  const why = counted.length > 0 ? undefined : (problem ?? pods.find((pod) => pod.problem !== undefined)?.problem);
  return {
    open: counted.length > 0 ? counted.reduce((sum, count) => sum + count, 0) : null,
    closedAfterMs: times.length > 0 ? { shortest: Math.min(...times), longest: Math.max(...times) } : null,
    pods,
    ...(why !== undefined && { problem: why }),
  };
}
