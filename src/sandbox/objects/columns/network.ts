import type { KubeObject } from '../../../core/objects.ts';
import { ageColumn, nameColumn, none, text, wide, type PrinterColumn } from './column.ts';

/** Characters that the load balancer's addresses may take in the narrow table. */
const addressWidth = 16;

function loadBalancerAddresses(service: KubeObject): string {
  const ingress: { ip?: string; hostname?: string }[] = service.status?.loadBalancer?.ingress ?? [];
  const addresses = new Set(ingress.map(({ ip, hostname }) => ip || hostname || '').filter(Boolean));
  const joined = [...addresses].sort().join(',');
  return joined.length > addressWidth ? `${joined.slice(0, addressWidth - 3)}...` : joined;
}

function externalIp(service: KubeObject): string {
  const { type, externalIPs = [], externalName } = service.spec ?? {};
  if (type === undefined) return '<unknown>';
  if (type === 'ExternalName') return externalName ?? '';
  if (type !== 'LoadBalancer') return externalIPs.join(',') || none;
  return [loadBalancerAddresses(service), ...externalIPs].filter(Boolean).join(',') || '<pending>';
}

function servicePorts(service: KubeObject): string {
  const ports: { port: number; nodePort?: number; protocol?: string }[] = service.spec?.ports ?? [];
  return (
    ports
      .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`)
      .join(',') || none
  );
}

function labelsText(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort().join(',') || none;
}

export const serviceColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Type', ({ spec }) => spec?.type ?? ''),
  text('Cluster-IP', ({ spec }) => spec?.clusterIPs?.[0] ?? none),
  text('External-IP', externalIp),
  text('Port(s)', servicePorts),
  ageColumn,
  wide('Selector', ({ spec }) => labelsText(spec?.selector)),
];

/** The first three entries, and how many more there are. */
function firstThree(entries: readonly string[], empty: string): string {
  if (entries.length === 0) return empty;
  const shown = entries.slice(0, 3).join(',');
  return entries.length > 3 ? `${shown} + ${entries.length - 3} more...` : shown;
}

export const endpointSliceColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('AddressType', ({ addressType }) => addressType ?? ''),
  text('Ports', ({ ports }) =>
    firstThree(
      (ports ?? []).map(({ port, name }: { port?: number; name?: string }) => String(port ?? name ?? '*')),
      '<unset>',
    ),
  ),
  text('Endpoints', ({ endpoints }) =>
    firstThree(
      (endpoints ?? []).flatMap(({ addresses }: { addresses?: string[] }) => addresses ?? []),
      '<unset>',
    ),
  ),
  ageColumn,
];

interface EndpointsSubset {
  addresses?: { ip: string }[];
  ports?: { port: number }[];
}

function subsetAddresses({ addresses = [], ports = [] }: EndpointsSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) =>
    addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
  );
}

export const endpointsColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Endpoints', ({ subsets }) => firstThree((subsets ?? []).flatMap(subsetAddresses), none)),
  ageColumn,
];
