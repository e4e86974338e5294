import { podNamer, type PodAddress } from '../pods.ts';

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

/** The pods that do not tell how many connections they hold, as people are told of them. */
export function uncountedPods(pods: readonly PodConnections[]): string[] {
  const nameOf = podNamer(pods);
  return pods.filter(({ open }) => open === null).map(nameOf);
}

/** `1 open connection`, `1,204 open connections (those of gateway-1 are not counted)`; undefined where there are none, or none are known of. */
export function openText({ open, pods }: OpenConnections): string | undefined {
  const uncounted = uncountedPods(pods);
  if (open === null || (open === 0 && uncounted.length === 0)) return undefined;
  const what = open === 1 ? '1 open connection' : `${open.toLocaleString('en-US')} open connections`;
  return uncounted.length > 0 ? `${what} (those of ${uncounted.join(', ')} are not counted)` : what;
}
