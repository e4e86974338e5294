import { refText } from '../../report/format.ts';
import { routingApis } from '../../routing/apis.ts';
import type { ChosenApi } from '../../routing/choose-api.ts';
import { defaultRoute, findRoute } from '../../routing/find-route.ts';
import type { RouteView, RoutingApi } from '../../routing/routing-api.ts';
import { defined, taskNamespace, type GlobalOptions, type Session } from '../../commands/session.ts';

/** The route that a command is about, with the routing API that it belongs to. */
export interface Target {
  api: RoutingApi;
  choice: ChosenApi;
  view: RouteView;
  namespace: string;
}

export interface TargetOptions extends GlobalOptions {
  /** `tcproute/NAME`, `virtualservice/NAME` or NAME; the task's own route where absent. */
  route?: string;
  /** Listener port that picks one match of a VirtualService. */
  listenerPort?: number;
}

/** @throws ShiftError where the route does not exist or cannot be read as one weighted rule */
export async function findTarget(options: TargetOptions, session: Session): Promise<Target> {
  const { cluster, progress } = session;
  const { route: name, listenerPort: port, api } = options;
  // Without a name it is the task's own route, in the task's own namespace.
  const namespace = options.namespace ?? (name === undefined ? taskNamespace : cluster.namespace);
  const { view, choice } = await findRoute(cluster, { namespace, api, ...defined({ name, port }) });
  if (options.verbose) progress.note(`Using the ${routingApis[view.api].title}: ${choice.why}`);
  return { api: routingApis[view.api], choice, view, namespace };
}

/** The command that shows a route, to be read in a hint. */
export function statusCommand({ view, namespace }: Pick<Target, 'view' | 'namespace'>): string {
  const own = view.ref.name === defaultRoute && namespace === taskNamespace;
  return own ? 'tcpshift status' : `tcpshift status ${refText(view.ref)} -n ${namespace}`;
}
