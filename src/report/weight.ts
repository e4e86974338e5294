import type { ShiftResult, VersionChange, ObservedChange } from '../core/route/shift-result.ts';
import { formatDuration } from '../core/duration.ts';
import { refText } from '../core/objects.ts';
import { table } from './terminal/table.ts';
import { dryRunText, percent } from './format.ts';

export function weightLines(report: ShiftResult): string[] {
  const { route, changed, dryRun, versions, rounded } = report;
  const cell = ({ weight, share }: VersionChange['before']): string => `${weight} (${percent(share)})`;
  return [
    `${refText(route)} ${changed ? 'shifted' : 'unchanged'}${dryRunText(dryRun)}`,
    ...table(
      ['VERSION', 'BEFORE', 'AFTER'],
      versions.map(({ version, before, after }) => [version, cell(before), cell(after)]),
    ),
    ...rounded.map(
      ({ version, asked, given }) =>
        `${version} was to get ${asked}, and gets ${given}: the nearest that the API can carry`,
    ),
    ...(changed && dryRun === 'none' ? proofLines(report) : []),
  ];
}

function proofLines({ proof }: ShiftResult): string[] {
  const { level, accepted = [], programmed, observed, notProved = [] } = proof;
  if (level === 'none') return ['No proof was asked for; the API server has stored the weights'];
  const held = new Set(accepted.filter(({ state }) => state === 'true').map(({ type }) => type));
  const proofs: [string, string][] = [
    held.size > 0 ? ['accepted', [...held].join(', ')] : ['stored', 'this API writes no conditions on routes'],
    ...(programmed ? [['programmed', podsText(programmed)] as [string, string]] : []),
    ...(observed ? [['observed', observedText(observed)] as [string, string]] : []),
    ...notProved.map((why): [string, string] => ['not proved', why]),
  ];
  return proofs.map(([name, what]) => `${`${name}:`.padEnd(12)}${what}`);
}

function podsText(pods: NonNullable<ShiftResult['proof']['programmed']>): string {
  const times = pods.map(({ afterMs }) => afterMs);
  const last = formatDuration(Math.max(...times));
  if (pods.length === 1) return `in the one gateway pod, after ${last}`;
  return `in all ${pods.length} gateway pods, the first after ${formatDuration(Math.min(...times))}, the last after ${last}`;
}

function observedText(observed: ObservedChange): string {
  const { connections, from, address, afterMs, firstObeyingMs, lastDisobeyingMs, mixedMs } = observed;
  const first = firstObeyingMs === undefined ? '' : `, first obeyed after ${formatDuration(firstObeyingMs)}`;
  const last = lastDisobeyingMs === undefined ? '' : `, last disobeyed after ${formatDuration(lastDisobeyingMs)}`;
  const mixed = mixedMs ? `, both at work for ${formatDuration(mixedMs)}` : '';
  const count = connections === 1 ? '1 connection' : `${connections} connections`;
  return `${count} through ${address} (${from})${first}${last}${mixed}, sure after ${formatDuration(afterMs)}`;
}
