import type { KubeObject } from '../../../core/objects.ts';
import { clusterName, type Endpoint } from '../../gateway/config.ts';
import type { RegistryReads } from '../../store/registry.ts';
import { fullHost } from '../istio/destinations.ts';
import { kinds } from '../kinds.ts';
import { hasLabels } from '../selectors.ts';
import { slicesOf } from './endpoint-slices.ts';
import { serviceHost } from '../service-host.ts';

interface Subset {
  name: string;
  labels?: Record<string, string>;
}

interface SliceEndpoint {
  addresses: string[];
  conditions?: { ready?: boolean };
  targetRef?: { name: string };
}

/** Every cluster that the gateways know, with its ready endpoints: one for each port of a Service, and for each subset of it. */
export function upstreamTable(registry: RegistryReads): Map<string, Endpoint[]> {
  const table = new Map<string, Endpoint[]>();
  for (const service of registry.list(kinds.service)) {
    const host = serviceHost(service.metadata.name, service.metadata.namespace);
    const subsets = subsetsOf(registry, host);
    for (const { port, name = '' } of (service.spec.ports ?? []) as { port: number; name?: string }[]) {
      table.set(clusterName({ host, port }), endpoints(registry, { service, portName: name }));
      for (const { name: subset, labels = {} } of subsets) {
        table.set(clusterName({ host, port, subset }), endpoints(registry, { service, portName: name, labels }));
      }
    }
  }
  return table;
}

function subsetsOf(registry: RegistryReads, host: string): Subset[] {
  return registry
    .list(kinds.destinationRule)
    .filter(({ spec, metadata }) => spec && fullHost(spec.host, metadata.namespace!) === host)
    .flatMap(({ spec }) => (spec.subsets ?? []) as Subset[]);
}

interface EndpointQuery {
  service: KubeObject;
  portName: string;
  /** What the pods must carry beside the Service's selector. */
  labels?: Record<string, string>;
}

function endpoints(registry: RegistryReads, { service, portName, labels }: EndpointQuery): Endpoint[] {
  return slicesOf(registry, service).flatMap((slice) => {
    const ports: { name?: string; port: number }[] = slice.ports ?? [];
    const port = ports.find(({ name = '' }) => name === portName)?.port;
    if (port === undefined) return [];
    return (slice.endpoints as SliceEndpoint[])
      .filter(({ conditions }) => conditions?.ready !== false)
      .filter(({ targetRef }) => !labels || hasLabels(podLabels(registry, slice, targetRef), labels))
      .flatMap(({ addresses }) => addresses.map((ip) => ({ ip, port })));
  });
}

function podLabels(
  registry: RegistryReads,
  { metadata }: KubeObject,
  target: SliceEndpoint['targetRef'],
): Record<string, string> {
  const pod = target && registry.get(kinds.pod, target.name, metadata.namespace);
  return pod?.metadata.labels ?? {};
}
