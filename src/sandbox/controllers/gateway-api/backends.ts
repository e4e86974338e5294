import type { KubeObject } from '../../../core/objects.ts';
import type { RegistryReads } from '../../store/registry.ts';
import { clusterName, tcpRoute, type TcpRoute, type WeightedCluster } from '../../gateway/config.ts';
import { kinds } from '../kinds.ts';
import { serviceHost } from '../service-host.ts';
import { failed, passed, type Verdict } from './verdict.ts';

interface BackendRef {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
  weight?: number;
}

/** Where a route's connections go; undefined where it cannot be told at all. */
export interface ResolvedBackends {
  route: TcpRoute | undefined;
  verdict: Verdict;
}

interface BackendProblem {
  reason: string;
  message: string;
  /** Nothing of the route can be programmed, not even that its part of the connections is to be refused. */
  fatal?: boolean;
}

// What Istio sends the connections of a route to whose weights are all 0; no such cluster exists.
const nowhere: TcpRoute = {
  cluster: clusterName({ port: 65535, subset: 'zero-weight', host: 'internal.cluster.local' }),
};

/** Resolves the backends of a TCPRoute's rule. One that cannot be used keeps its weight: its part of the connections goes nowhere. */
export function resolveBackends(registry: RegistryReads, route: KubeObject): ResolvedBackends {
  const refs: BackendRef[] = route.spec.rules?.[0]?.backendRefs ?? [];
  const weighted = refs.filter(({ weight = 1 }) => weight > 0);
  const problems = weighted.map((ref) => problemOf(registry, route, ref));
  const fatal = problems.find((problem) => problem?.fatal);
  const last = fatal ?? problems.findLast((problem) => problem !== undefined);
  const verdict = last
    ? failed('ResolvedRefs', last.reason, last.message)
    : passed('ResolvedRefs', 'ResolvedRefs', 'All references resolved');
  if (fatal) return { route: undefined, verdict };
  if (weighted.length === 0) return { route: nowhere, verdict };
  const clusters = weighted.map((ref) => cluster(route, ref));
  return { route: tcpRoute(clusters), verdict };
}

function cluster(route: KubeObject, { name, namespace, port = 0, weight = 1 }: BackendRef): WeightedCluster {
  const host = serviceHost(name, namespace ?? route.metadata.namespace);
  return { name: clusterName({ port, host }), weight };
}

function problemOf(registry: RegistryReads, route: KubeObject, ref: BackendRef): BackendProblem | undefined {
  const { group = '', kind = 'Service', name, port } = ref;
  const home = route.metadata.namespace!;
  const namespace = ref.namespace ?? home;
  if (namespace !== home && !isGranted(registry, home, { group, kind, name, namespace })) {
    const message = `backendRef ${name}/${namespace} not accessible to a TCPRoute in namespace "${home}" (missing a ReferenceGrant?)`;
    return { reason: 'RefNotPermitted', message };
  }
  if (group !== '' || kind !== 'Service') {
    return { reason: 'InvalidKind', message: `referencing unsupported backendRef: group "${group}" kind "${kind}"` };
  }
  if (port === undefined) {
    return { reason: 'InvalidDestination', message: 'port is required in backendRef', fatal: true };
  }
  const service = registry.get(kinds.service, name, namespace);
  if (!service) return { reason: 'BackendNotFound', message: `backend(${serviceHost(name, namespace)}) not found` };
  return protocolProblem(service, port);
}

function protocolProblem({ metadata, spec }: KubeObject, number: number): BackendProblem | undefined {
  const ports: { port: number; protocol?: string }[] = spec.ports ?? [];
  const protocol = ports.find(({ port }) => port === number)?.protocol ?? 'TCP';
  if (protocol === 'TCP') return undefined;
  return {
    reason: 'UnsupportedProtocol',
    message: `port ${number} of Service ${metadata.name} has protocol ${protocol}`,
  };
}

interface BackendTarget {
  group: string;
  kind: string;
  name: string;
  namespace: string;
}

interface Grant {
  from?: { group: string; kind: string; namespace: string }[];
  to?: { group: string; kind: string; name?: string }[];
}

/** Whether a ReferenceGrant beside the target lets TCPRoutes of the namespace refer to it. */
function isGranted(registry: RegistryReads, from: string, target: BackendTarget): boolean {
  return registry.list(kinds.referenceGrant, target.namespace).some(({ spec }: KubeObject<Grant>) => {
    const fromHere = spec?.from?.some(
      ({ group, kind, namespace }) =>
        group === 'gateway.networking.k8s.io' && kind === 'TCPRoute' && namespace === from,
    );
    const toTarget = spec?.to?.some(
      ({ group, kind, name }) =>
        group === target.group && kind === target.kind && (name === undefined || name === target.name),
    );
    return fromHere === true && toTarget === true;
  });
}
