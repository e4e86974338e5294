import type { KubeObject } from '../../../core/objects.ts';
import { ageColumn, integer, nameColumn, none, text, wide, type PrinterColumn } from './column.ts';

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

const operators: Record<string, string> = { In: 'in', NotIn: 'notin' };

function expression({ key, operator, values = [] }: { key: string; operator: string; values?: string[] }): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operators[operator]} (${values.toSorted().join(',')})`;
}

/** A label selector as kubectl spells it. */
function selectorText(selector: Selector | null | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, term: `${key}=${value}` }));
  const others = (selector?.matchExpressions ?? []).map((each) => ({ key: each.key, term: expression(each) }));
  const terms = [...equal, ...others].sort((a, b) => (a.key < b.key ? -1 : 1));
  return terms.length === 0 ? none : terms.map(({ term }) => term).join(',');
}

const containers = (workload: KubeObject, field: 'name' | 'image'): string =>
  (workload.spec?.template?.spec?.containers ?? []).map((container: Record<string, string>) => container[field]).join();

const containerColumns: readonly PrinterColumn[] = [
  wide('Containers', (workload) => containers(workload, 'name')),
  wide('Images', (workload) => containers(workload, 'image')),
];

export const deploymentColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
  // The server declares these two as text and fills them with numbers.
  text('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
  text('Available', ({ status }) => status?.availableReplicas ?? 0),
  ageColumn,
  ...containerColumns,
  // A bookmark has no selector, of which the two kinds make different things.
  wide('Selector', ({ spec }) => (spec?.selector ? selectorText(spec.selector) : '')),
];

export const replicaSetColumns: readonly PrinterColumn[] = [
  nameColumn,
  integer('Desired', ({ spec }) => spec?.replicas ?? 0),
  integer('Current', ({ status }) => status?.replicas ?? 0),
  integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
  ageColumn,
  ...containerColumns,
  wide('Selector', ({ spec }) => selectorText(spec?.selector)),
];

export const scaleColumns: readonly PrinterColumn[] = [
  text('Name', ({ metadata }) => metadata.name),
  integer('Desired', ({ spec }) => spec?.replicas ?? 0),
  integer('Available', ({ status }) => status?.replicas ?? 0),
  ageColumn,
];
