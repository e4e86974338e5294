import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { invalid } from './api-error.ts';
import { placeOf } from './catalog.ts';
import type { Store } from './store.ts';

interface ServicePort {
  nodePort?: number;
}

const firstNodePort = 30_000;

/** The nth address of 10.96.0.0/16. */
function nthAddress(n: number): string {
  return `10.96.${n >> 8}.${n & 255}`;
}

function firstFree<T>(nth: (n: number) => T, taken: ReadonlySet<T>, from: number): T {
  for (let n = from; ; n += 1) {
    const candidate = nth(n);
    if (!taken.has(candidate)) return candidate;
  }
}

export function isService(kind: Pick<Kind, 'group' | 'kind'>): boolean {
  return kind.group === '' && kind.kind === 'Service';
}

/**
 * The Service with the cluster address and node ports that its type calls for; what it had before, it keeps.
 * Throws ApiError 422 where it asks for an address that another Service has.
 */
export function withAddresses(
  service: KubeObject,
  before: KubeObject | undefined,
  store: Store,
  kind: Kind,
): KubeObject {
  const spec = service.spec ?? {};
  if (spec.type === 'ExternalName') return service;
  const others = store.list(placeOf(kind)).filter((other) => other.metadata.uid !== service.metadata.uid);
  const taken = new Set<string>(others.flatMap((other) => other.spec?.clusterIPs ?? []));
  const asked: string | undefined = spec.clusterIP || before?.spec?.clusterIP;
  if (asked !== undefined && asked !== 'None' && taken.has(asked)) throw addressTaken(service, asked);
  const clusterIP = asked ?? firstFree(nthAddress, taken, 1);
  return {
    ...service,
    spec: { ...spec, clusterIP, clusterIPs: [clusterIP], ...nodePorts(spec, before, others) },
  };
}

function nodePorts(
  spec: any,
  before: KubeObject | undefined,
  others: readonly KubeObject[],
): { ports?: ServicePort[] } {
  const ports: ServicePort[] | undefined = spec.ports;
  const wanted =
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (!wanted || ports === undefined) return {};
  const had: ServicePort[] = before?.spec?.ports ?? [];
  const taken = new Set<number>();
  for (const other of others) for (const { nodePort } of other.spec?.ports ?? []) taken.add(nodePort);
  for (const { nodePort } of ports) if (nodePort) taken.add(nodePort);
  const numbered = ports.map((port, index) => {
    const nodePort = port.nodePort || had[index]?.nodePort || firstFree((n) => n, taken, firstNodePort);
    taken.add(nodePort);
    return { ...port, nodePort };
  });
  return { ports: numbered };
}

function addressTaken(service: KubeObject, address: string): Error {
  const message = `Invalid value: ["${address}"]: failed to allocate IP ${address}: provided IP is already allocated`;
  const error = { reason: 'FieldValueInvalid', field: 'spec.clusterIPs', message };
  return invalid({ group: '', kind: 'Service' }, service.metadata.name, [error]);
}
