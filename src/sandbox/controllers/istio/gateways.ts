import type { KubeObject } from '../../../core/objects.ts';
import type { TcpRoute } from '../../gateway/config.ts';
import type { Registry } from '../../store/registry.ts';
import { byAge } from '../gateway-api/evaluate.ts';
import { kinds } from '../kinds.ts';
import { hasLabels } from '../selectors.ts';
import { routeTo, type RouteDestination } from './destinations.ts';

interface Server {
  port: { number: number; protocol: string };
  hosts: string[];
}

/** A TCP port that an Istio Gateway opens on a pod, and where its connections go; undefined where no VirtualService takes them. */
export interface TcpServer {
  port: number;
  route: TcpRoute | undefined;
}

interface Match {
  port?: number;
  gateways?: string[];
}

interface TcpRule {
  match?: Match[];
  route?: RouteDestination[];
}

const anyMatch: readonly Match[] = [{}];

/** The TCP servers that Istio's Gateways give to a pod; of several on one port the oldest Gateway's counts. */
export function tcpServers(registry: Pick<Registry, 'list'>, pod: KubeObject): TcpServer[] {
  const servers = new Map<number, TcpServer>();
  for (const gateway of registry.list(kinds.istioGateway).toSorted(byAge)) {
    if (!selects(gateway, pod)) continue;
    for (const server of (gateway.spec.servers ?? []) as Server[]) {
      const port = server.port.number;
      if (server.port.protocol.toUpperCase() !== 'TCP' || servers.has(port)) continue;
      servers.set(port, { port, route: routeOf(registry, gateway, server) });
    }
  }
  return [...servers.values()];
}

function selects({ spec }: KubeObject, { metadata }: KubeObject): boolean {
  return spec?.selector !== undefined && hasLabels(metadata.labels, spec.selector);
}

/** The first VirtualService, by age, that names the gateway and whose host and port fit has all connections. */
function routeOf(registry: Pick<Registry, 'list'>, gateway: KubeObject, server: Server): TcpRoute | undefined {
  for (const service of registry.list(kinds.virtualService).toSorted(byAge)) {
    const rule = takesHosts(service, gateway, server) ? ruleFor(service, gateway, server) : undefined;
    if (!rule) continue;
    const from = { namespace: service.metadata.namespace!, listenerPort: server.port.number };
    return routeTo(registry, rule.route ?? [], from);
  }
  return undefined;
}

function ruleFor(service: KubeObject, gateway: KubeObject, { port }: Server): TcpRule | undefined {
  const bound: string[] = service.spec.gateways ?? [];
  const rules: TcpRule[] = service.spec.tcp ?? [];
  return rules.find(({ match = [] }) =>
    (match.length === 0 ? anyMatch : match).some(
      (condition) =>
        (condition.port === undefined || condition.port === port.number) &&
        (condition.gateways ?? bound).some((name) => names(name, service, gateway)),
    ),
  );
}

/** Whether a gateway's name, written in a VirtualService, means this Gateway: `name` beside it, or `namespace/name`. */
function names(name: string, service: KubeObject, { metadata }: KubeObject): boolean {
  const full = name.includes('/') ? name : `${service.metadata.namespace}/${name}`;
  return full === `${metadata.namespace}/${metadata.name}`;
}

/** Whether the gateway is bound, and one of its hosts, which may be led by a namespace, fits one of the VirtualService's. */
function takesHosts(service: KubeObject, gateway: KubeObject, { hosts }: Server): boolean {
  const bound: string[] = service.spec.gateways ?? [];
  const wanted: string[] = service.spec.hosts ?? [];
  if (!bound.some((name) => names(name, service, gateway))) return false;
  return hosts.some((host) => {
    const [namespace, name] = host.includes('/') ? (host.split('/') as [string, string]) : ['*', host];
    const home = namespace === '.' ? gateway.metadata.namespace : namespace;
    const open = home === '*' || home === service.metadata.namespace;
    return open && wanted.some((other) => hostsOverlap(name, other));
  });
}

/** Whether a name can fit both patterns, each a name or a wildcard with a leading star. */
function hostsOverlap(a: string, b: string): boolean {
  if (a === b) return true;
  const within = (name: string, pattern: string): boolean => pattern.startsWith('*') && name.endsWith(pattern.slice(1));
  return within(a, b) || within(b, a);
}
