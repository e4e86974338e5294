import type { KubeObject } from '../../../core/objects.ts';
import { age } from './age.ts';
import { ageColumn, nameColumn, none, text, wide, type PrinterColumn } from './column.ts';

const unknown = '<unknown>';
const entries = (...maps: (object | undefined)[]) => maps.reduce((sum, map) => sum + Object.keys(map ?? {}).length, 0);

export const namespaceColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Status', ({ status }) => status?.phase ?? ''),
  ageColumn,
];

export const configMapColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Data', ({ data, binaryData }) => entries(data, binaryData)),
  ageColumn,
];

export const secretColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Type', ({ type }) => type ?? ''),
  text('Data', ({ data }) => entries(data)),
  ageColumn,
];

export const serviceAccountColumns: readonly PrinterColumn[] = [nameColumn, ageColumn];

export const leaseColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Holder', ({ spec }) => spec?.holderIdentity ?? ''),
  ageColumn,
];

export const crdColumns: readonly PrinterColumn[] = [
  nameColumn,
  { name: 'Created At', type: 'date', value: ({ metadata }) => metadata.creationTimestamp ?? unknown },
];

function nodeStatus(node: KubeObject): string {
  const conditions: { type: string; status: string }[] = node.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
  return [...words, ...(node.spec?.unschedulable ? ['SchedulingDisabled'] : [])].join(',');
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return [key.slice(prefix.length)];
    return key === 'kubernetes.io/role' ? [value] : [];
  });
  return [...new Set(roles.filter(Boolean))].sort().join(',') || none;
}

const nodeAddress = (wanted: string) => (node: KubeObject) =>
  (node.status?.addresses ?? []).find(({ type }: { type: string }) => type === wanted)?.address ?? none;

function kernel(node: KubeObject): string {
  const { kernelVersion, architecture } = node.status?.nodeInfo ?? {};
  return `${kernelVersion || unknown}${architecture ? ` (${architecture})` : ''}`;
}

export const nodeColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Status', nodeStatus),
  text('Roles', nodeRoles),
  ageColumn,
  text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
  wide('Internal-IP', nodeAddress('InternalIP')),
  wide('External-IP', nodeAddress('ExternalIP')),
  wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage || unknown),
  wide('Kernel-Version', kernel),
  wide('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown),
];

const firstSeen = (event: KubeObject, now: number) =>
  age(event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime, now);

function lastSeen(event: KubeObject, now: number): string {
  const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp;
  return last ? age(last, now) : firstSeen(event, now);
}

function eventTarget(event: KubeObject): string {
  const { kind = '', name } = event.involvedObject ?? event.regarding ?? {};
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function eventSource(event: KubeObject): string {
  const source = event.source ?? event.deprecatedSource;
  const component = source?.component || event.reportingComponent || event.reportingController || '';
  const host = source?.host || event.reportingInstance;
  return host ? `${component}, ${host}` : component;
}

/** Columns of both kinds of Event: the core one, and that of events.k8s.io with its other field names. */
export const eventColumns: readonly PrinterColumn[] = [
  text('Last Seen', lastSeen),
  text('Type', ({ type }) => type ?? ''),
  text('Reason', ({ reason }) => reason ?? ''),
  text('Object', eventTarget),
  wide('Subobject', ({ involvedObject, regarding }) => (involvedObject ?? regarding)?.fieldPath ?? ''),
  wide('Source', eventSource),
  text('Message', ({ message, note }) => (message ?? note ?? '').trim()),
  wide('First Seen', firstSeen),
  wide('Count', ({ series, count, deprecatedCount }) => series?.count ?? ((count ?? deprecatedCount) || 1)),
  { ...nameColumn, priority: 1 },
];
