import { defined } from '../../core/defined.ts';
import { refText } from '../../core/objects.ts';
import { formatDecimal, fraction } from '../../core/weights/fraction.ts';
import type { Split } from '../../core/weights/split.ts';
import { defaultRoute, taskNamespace } from '../../core/route/task.ts';
import type { WantedApi } from '../../routing/apis.ts';
import { findRoute } from '../../routing/find-route.ts';
import type { RouteView, RoutingApi } from '../../routing/routing-api.ts';
import type { Session } from '../session.ts';

/** A route that something is to be done with, and the routing API that it belongs to. */
export interface Target {
  api: RoutingApi;
  view: RouteView;
  namespace: string;
}

/** Which route; the task's own where nothing is given. */
export interface TargetQuery {
  /** `tcproute/NAME`, `virtualservice/NAME` or NAME; the task's own route where absent. */
  name?: string | undefined;
  /** The task's own where absent and no route is named, else the context's. */
  namespace?: string | undefined;
  /** What the cluster serves and the namespace uses where absent. */
  api?: WantedApi | undefined;
  /** Listener port that picks one match of a VirtualService. */
  listenerPort?: number | undefined;
}

/**
 * Reads a route. What is read stays as it is: after a change of weights, find the route again.
 * @throws ShiftError notFound; usage: it cannot be read as one weighted rule
 */
export async function findTarget(query: TargetQuery, { cluster, progress }: Session): Promise<Target> {
  const { name, listenerPort: port, api = 'auto' } = query;
  // Without a name it is the task's own route, in the task's own namespace.
  const namespace = query.namespace ?? (name === undefined ? taskNamespace : cluster.namespace);
  const { view, choice } = await findRoute(cluster, { namespace, api, ...defined({ name, port }) });
  progress.detail(`Using the ${choice.api.title}: ${choice.why}`);
  return { api: choice.api, view, namespace };
}

/** The command that shows a route, to be read in a hint. */
export function statusCommand(target: Pick<Target, 'view' | 'namespace'>): string {
  return ['tcpshift status', ...naming(target)].join(' ');
}

/** The command that judges a route's split, to be read in a hint. */
export function verifyCommand(target: Pick<Target, 'view' | 'namespace'>): string {
  return ['tcpshift verify', ...naming(target)].join(' ');
}

/** The command that gives a route's versions these shares, to be read in a hint; the one that shows it where no percentages can. */
export function weightCommand(target: Pick<Target, 'view' | 'namespace'>, split: Split): string {
  const sum = split.reduce((total, { weight }) => total + weight, 0);
  if (sum === 0) return statusCommand(target);
  const [route, ...scope] = naming(target);
  // The largest is left out: it gets the rest, which need not be a round number.
  const largest = split.reduce((one, other) => (other.weight > one.weight ? other : one));
  const others = split.length === 1 ? split : split.filter((each) => each !== largest);
  const words = others.map(
    ({ version, weight }) => `${version}=${formatDecimal(fraction(100 * weight, sum), 6).replace(/^[≈<]/, '')}`,
  );
  return ['tcpshift weight', ...(route ? [route] : []), ...words, ...scope].join(' ');
}

/** `tcproute/pg -n shop`; nothing for the task's own route. */
function naming({ view, namespace }: Pick<Target, 'view' | 'namespace'>): string[] {
  const own = view.ref.name === defaultRoute && namespace === taskNamespace;
  return own ? [] : [refText(view.ref), `-n ${namespace}`];
}
