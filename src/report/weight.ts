import { formatDuration } from '../core/duration.ts';
import type { ObjectRef } from '../core/objects.ts';
import { shares, type Split } from '../core/weights/split.ts';
import { table } from './terminal/table.ts';
import { dryRunText, percent, refText } from './format.ts';

export interface ConditionReport {
  type: string;
  ref: ObjectRef;
  state: string;
  reason?: string;
  message?: string;
  advice?: string;
}

export interface VersionChange {
  version: string;
  before: { weight: number; share: number };
  after: { weight: number; share: number };
}

/** Connections through the gateway that obey the new weights. */
export interface ObservedChange {
  /** Where they were opened. */
  from: string;
  address: string;
  /** Connections until the new split had shown itself. */
  connections: number;
  /** From the write to the connection that decided, in milliseconds. */
  afterMs: number;
  /** From the write to the first connection that obeyed, in milliseconds. */
  firstObeyingMs?: number;
  /** From the write to the last connection that still obeyed the old weights, in milliseconds; absent where none was seen. */
  lastDisobeyingMs?: number;
  /** How long both splits were at work side by side, in milliseconds; absent where they still were, or where none was seen to begin. */
  mixedMs?: number;
}

export interface WeightReport {
  route: ObjectRef;
  changed: boolean;
  dryRun: string;
  versions: readonly VersionChange[];
  /** Versions whose exact share does not fit the API's limits, with what they were asked to get and what they get, in percent. */
  rounded: readonly { version: string; asked: string; given: string }[];
  proof: {
    /** The strongest that was had. */
    level: 'none' | 'accepted' | 'programmed' | 'observed';
    accepted?: readonly ConditionReport[];
    /** The weights that each gateway pod has in force, and when it was first seen with them, in milliseconds from the write. */
    programmed?: readonly { pod: string; weights: Split | null; afterMs: number }[];
    observed?: ObservedChange;
    /** Why stronger proofs were not to be had. */
    notProved?: string[];
  };
}

/** One row a version of two splits of the same route. */
export function versionChanges(before: Split, after: Split): VersionChange[] {
  const [old, wanted] = [shares(before), shares(after)];
  return after.map(({ version, weight }, index) => ({
    version,
    before: { weight: before[index]!.weight, share: old.get(version)! },
    after: { weight, share: wanted.get(version)! },
  }));
}

export function weightLines(report: WeightReport): string[] {
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

function proofLines({ proof }: WeightReport): string[] {
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

function podsText(pods: NonNullable<WeightReport['proof']['programmed']>): string {
  const times = pods.map(({ afterMs }) => afterMs);
  const last = formatDuration(Math.max(...times));
  if (pods.length === 1) return `in the one gateway pod, after ${last}`;
  return `in all ${pods.length} gateway pods, the first after ${formatDuration(Math.min(...times))}, the last after ${last}`;
}

function observedText(observed: NonNullable<WeightReport['proof']['observed']>): string {
  const { connections, from, address, afterMs, firstObeyingMs, lastDisobeyingMs, mixedMs } = observed;
  const first = firstObeyingMs === undefined ? '' : `, first obeyed after ${formatDuration(firstObeyingMs)}`;
  const last = lastDisobeyingMs === undefined ? '' : `, last disobeyed after ${formatDuration(lastDisobeyingMs)}`;
  const mixed = mixedMs ? `, both at work for ${formatDuration(mixedMs)}` : '';
  const count = connections === 1 ? '1 connection' : `${connections} connections`;
  return `${count} through ${address} (${from})${first}${last}${mixed}, sure after ${formatDuration(afterMs)}`;
}
