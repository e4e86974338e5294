import { defined } from '../../../core/defined.ts';
import type { KubeObject } from '../../../core/objects.ts';
import { clusterName, tcpRoute, type TcpRoute } from '../../gateway/config.ts';
import type { Registry } from '../../store/registry.ts';
import { kinds } from '../kinds.ts';
import { serviceHost } from '../service-host.ts';

/** A weighted destination of a VirtualService's TCP rule. */
export interface RouteDestination {
  destination: { host: string; subset?: string; port?: { number?: number } };
  weight?: number;
}

/** A host as Istio reads it: a name without dots is a Service beside the object that names it. */
export function fullHost(host: string, namespace: string): string {
  return host.includes('.') ? host : serviceHost(host, namespace);
}

/** The route of a rule's destinations; an omitted weight counts 0 beside others. */
export function routeTo(
  registry: Pick<Registry, 'list'>,
  destinations: readonly RouteDestination[],
  from: { namespace: string; listenerPort: number },
): TcpRoute {
  const clusters = destinations.map(({ destination, weight = 0 }) => {
    const host = fullHost(destination.host, from.namespace);
    const port = destination.port?.number ?? solePort(registry, host) ?? from.listenerPort;
    const { subset } = destination;
    return { name: clusterName({ host, port, ...defined({ subset }) }), weight };
  });
  return tcpRoute(clusters);
}

/** The port of a Service that has only one. */
function solePort(registry: Pick<Registry, 'list'>, host: string): number | undefined {
  const service = registry
    .list(kinds.service)
    .find(({ metadata }: KubeObject) => serviceHost(metadata.name, metadata.namespace) === host);
  const ports: { port: number }[] = service?.spec.ports ?? [];
  return ports.length === 1 ? ports[0]!.port : undefined;
}
