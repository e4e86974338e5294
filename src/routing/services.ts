import type { KindRef, KubeObject } from '../core/objects.ts';

export type Labels = Readonly<Record<string, string>>;

export interface ServicePort {
  name?: string;
  port: number;
  protocol?: string;
  targetPort?: number | string;
  nodePort?: number;
}

export const serviceKind: KindRef = { apiVersion: 'v1', kind: 'Service' };

/** A label selector as list requests write it: `app=a,istio=b`. */
export function selectorText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Whether all of the wanted labels are among these. */
export function carries(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether a Service's selector picks this pod; one without a selector picks none. */
export function selects(service: KubeObject, pod: KubeObject): boolean {
  const selector = (service.spec?.selector ?? {}) as Labels;
  return Object.keys(selector).length > 0 && carries(pod.metadata.labels ?? {}, selector);
}

/** The Service's TCP port of this number. */
export function servicePort(service: KubeObject, port: number): ServicePort | undefined {
  const ports = (service.spec?.ports ?? []) as ServicePort[];
  return ports.find((entry) => entry.port === port && (entry.protocol ?? 'TCP') === 'TCP');
}

/** The port in the pod that a Service port leads to; named ports are looked up among the pod's containers. */
export function targetPort(entry: ServicePort, pod: KubeObject | undefined): number {
  const target = entry.targetPort ?? entry.port;
  if (typeof target === 'number') return target;
  const containers = (pod?.spec?.containers ?? []) as { ports?: { name?: string; containerPort: number }[] }[];
  const named = containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target);
  return named?.containerPort ?? entry.port;
}

/** Addresses that a load balancer gave the Service. */
export function externalAddresses(service: KubeObject): string[] {
  const ingress = (service.status?.loadBalancer?.ingress ?? []) as { ip?: string; hostname?: string }[];
  return ingress.map(({ ip, hostname }) => ip ?? hostname).filter((address) => address !== undefined);
}
