import type { KubeObject } from '../../core/objects.ts';
import { isIpv4 } from '../../schema/findings.ts';
import type { Kind } from '../objects/kinds.ts';
import { invalid as invalidValue } from '../objects/validation/field-error.ts';
import { invalid } from './api-error.ts';
import { placeOf } from './catalog.ts';
import type { Store } from './store.ts';

interface ServicePort {
  port: number;
  nodePort?: number;
}

const range = '10.96.';
const firstNodePort = 30_000;

/** The nth address of 10.96.0.0/16. */
function nthAddress(n: number): string {
  return `${range}${n >> 8}.${n & 255}`;
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
 * The Service with the cluster address, address families and node ports that its type calls for; what it had before, it keeps, and
 * what its new type has no use for, it loses. Throws ApiError 422 where it asks for an address that it cannot have.
 */
export function withAddresses(
  service: KubeObject,
  before: KubeObject | undefined,
  { store, kind }: { store: Store; kind: Kind },
): KubeObject {
  const spec = service.spec ?? {};
  if (spec.type === 'ExternalName') return service;
  const others = store.list(placeOf(kind)).filter((other) => other.metadata.uid !== service.metadata.uid);
  const clusterIP = clusterAddress(service, before, others);
  const ports = withNodePorts(spec, before?.spec?.ports ?? [], others);
  return {
    ...service,
    spec: {
      ...families(spec),
      ...withoutTraffic(spec, before?.spec),
      clusterIP,
      clusterIPs: [clusterIP],
      ...(ports ? { ports } : {}),
    },
  };
}

/** Throws ApiError 422 for a Service without a name: the real server gives out addresses by name, before it looks at anything else. */
export function requireAllocatable({ metadata, spec }: KubeObject, store: Store): void {
  if (metadata.name || spec?.type === 'ExternalName' || spec?.clusterIP === 'None') return;
  const taken = new Set<string>(store.list('/services').flatMap((other) => other.spec?.clusterIPs ?? []));
  const address = `IPAddress.networking.k8s.io "${firstFree(nthAddress, taken, 1)}"`;
  const why = `failed to allocate IP: ${address} is invalid: spec.parentRef.name: Required value`;
  throw invalid({ group: '', kind: 'Service' }, '', [invalidValue('spec.clusterIPs', [''], why)]);
}

/** One family, as the cluster has it; a headless Service without a selector is open to both. */
function families({ clusterIP, selector }: { clusterIP?: string; selector?: object }): object {
  const open = clusterIP === 'None' && Object.keys(selector ?? {}).length === 0;
  if (open) return { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
  return { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
}

function clusterAddress(service: KubeObject, before: KubeObject | undefined, others: readonly KubeObject[]): string {
  const asked: string | undefined = service.spec.clusterIP || before?.spec?.clusterIP;
  const taken = new Set<string>(others.flatMap((other) => other.spec?.clusterIPs ?? []));
  if (asked === undefined) return firstFree(nthAddress, taken, 1);
  if (asked === before?.spec?.clusterIP || (asked === 'None' && !before?.spec?.clusterIP)) return asked;
  const refuse = (field: string, value: unknown, why: string): Error =>
    invalid({ group: '', kind: 'Service' }, service.metadata.name, [invalidValue(field, value, why)]);
  if (asked !== 'None' && !isIpv4(asked)) {
    throw refuse('spec.clusterIPs[0]', asked, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
  }
  if (before?.spec?.clusterIP) throw refuse('spec.clusterIPs[0]', [asked], 'may not change once set');
  const failed = `failed to allocate IP ${asked}`;
  if (!asked.startsWith(range)) {
    throw refuse('spec.clusterIPs', [asked], `${failed}: the provided network does not match the current range`);
  }
  if (taken.has(asked)) throw refuse('spec.clusterIPs', [asked], `${failed}: provided IP is already allocated`);
  return asked;
}

function withNodePorts(
  spec: any,
  had: readonly ServicePort[],
  others: readonly KubeObject[],
): ServicePort[] | undefined {
  const ports: ServicePort[] | undefined = spec.ports;
  if (spec.type === 'ClusterIP') return ports?.map((port) => withoutOld(port, had));
  const wanted = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false;
  if (!wanted || ports === undefined) return ports;
  const taken = new Set<number>();
  for (const other of others) for (const { nodePort } of other.spec?.ports ?? []) taken.add(nodePort);
  for (const { nodePort } of ports) if (nodePort) taken.add(nodePort);
  return ports.map((port, index) => {
    const nodePort = port.nodePort || had[index]?.nodePort || firstFree((n) => n, taken, firstNodePort);
    taken.add(nodePort);
    return { ...port, nodePort };
  });
}

/** Without what only the Service's earlier type had a use for, where the client just sent it back. */
function withoutTraffic(spec: any, before: any): any {
  if (spec.type !== 'ClusterIP' || before === undefined) return spec;
  const left = ['externalTrafficPolicy', 'allocateLoadBalancerNodePorts'].filter(
    (field) => spec[field] === before[field],
  );
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !left.includes(field)));
}

/** A node port that was given to an earlier type, and that the client only sent back. */
function withoutOld(port: ServicePort, had: readonly ServicePort[]): ServicePort {
  const isOld = port.nodePort !== undefined && had.some(({ nodePort }) => nodePort === port.nodePort);
  if (!isOld) return port;
  const { nodePort: _given, ...rest } = port;
  return rest;
}
