import type { ShiftResult, VersionChange, ObservedChange, WatchedConnections } from '../core/route/shift-result.ts';
import { formatDuration } from '../core/duration.ts';
import { outcomesText } from '../core/sample.ts';
import { openText, type OpenConnections } from '../core/route/open-connections.ts';
import { refText } from '../core/objects.ts';
import { table } from './terminal/table.ts';
import { dryRunText, overwrittenText, percent } from './format.ts';

export function weightLines(report: ShiftResult): string[] {
  const { route, changed, dryRun, versions, rounded, overwritten, problem, proof, openConnections } = report;
  const cell = ({ weight, share }: VersionChange['before']): string => `${weight} (${percent(share)})`;
  const isProving = dryRun === 'none' && (changed || proof.level !== 'none' || problem !== undefined);
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
    ...(openConnections ? closedLines(openConnections) : []),
    ...(isProving ? labelled(findings(report)) : []),
    ...(overwritten ? [`overwritten${overwrittenText(overwritten)}`] : []),
  ];
}

function closedLines(connections: OpenConnections): string[] {
  const { open, closedAfterMs, problem } = connections;
  if (open === null) return [`How many open connections are closed is not known: ${problem}`];
  const what = openText(connections);
  const when = closedAfterMs ? `${formatDuration(closedAfterMs.longest)} after the change` : 'by the change';
  return what === undefined ? [] : [`${what} ${open === 1 ? 'is' : 'are'} closed ${when}`];
}

type Finding = [name: string, what: string];

/** `programmed: in the one gateway pod, …`, with the words below each other. */
function labelled(rows: readonly Finding[]): string[] {
  return rows.map(([name, what]) => `${`${name}:`.padEnd(13)}${what}`);
}

function findings({ proof, watched, problem, changed }: ShiftResult): Finding[] {
  const { level, accepted = [], programmed, observed, notProved = [] } = proof;
  const held = new Set(accepted.filter(({ state }) => state === 'true').map(({ type }) => type));
  const conditions = held.size > 0 ? [...held].join(', ') : 'this API writes no conditions on routes';
  const unproved = problem ? [...notProved, problem.message] : notProved;
  if (level === 'none' && unproved.length === 0)
    return [['stored', 'the API server has the weights; no proof was asked for']];
  return [
    ...(level === 'none' ? [] : [[held.size > 0 ? 'accepted' : 'stored', conditions] as Finding]),
    ...(programmed ? [['programmed', podsText(programmed, changed)] as Finding] : []),
    ...(observed ? [['observed', observedText(observed)] as Finding] : []),
    ...(watched ? connectionFindings(watched) : []),
    ...unproved.map((why): Finding => ['not proved', why]),
  ];
}

/** The times are those since the write, where there was one. */
function podsText(pods: NonNullable<ShiftResult['proof']['programmed']>, isWritten: boolean): string {
  const times = pods.map(({ afterMs }) => afterMs);
  const [first, last] = [Math.min(...times), Math.max(...times)].map(formatDuration);
  const who = pods.length === 1 ? 'in the one gateway pod' : `in all ${pods.length} gateway pods`;
  if (!isWritten) return who;
  return pods.length === 1 ? `${who}, after ${last}` : `${who}, the first after ${first}, the last after ${last}`;
}

/** Only a connection to a version that one of the splits gives nothing is evidence of a time; all else is an estimate, and says so. */
function observedText(observed: ObservedChange): string {
  const { evidence, connections, afterMs, firstOfNewMs, lastOfOldMs, tookHoldMs, mixedMs } = observed;
  const after = (ms: number | undefined, what: string): string[] =>
    ms === undefined ? [] : [`${what} ${formatDuration(ms)}`];
  const shown =
    evidence === 'verdict'
      ? 'the verdict on the split is PASS'
      : 'connections show the new split, at most 1 time in 100 wrongly';
  const isMeasured = firstOfNewMs !== undefined || lastOfOldMs !== undefined;
  return [
    `${shown}, after ${connectionsText(connections)}, ${formatDuration(afterMs)}`,
    ...after(firstOfNewMs, 'first of a new version after'),
    ...after(lastOfOldMs, 'last of a version without a share after'),
    ...(tookHoldMs && !isMeasured
      ? [
          `took hold an estimated ${formatDuration(tookHoldMs.from)} to ${formatDuration(tookHoldMs.to)} after the write`,
        ]
      : []),
    ...(mixedMs ? after(mixedMs, 'both splits at work for an estimated') : []),
  ].join('; ');
}

function connectionFindings({ from, passedOver, before, since, failures }: WatchedConnections): Finding[] {
  const ways = since.map(
    ({ via, connections, failed }) => `${connections} through ${via}${failed > 0 ? ` (${failed} failed)` : ''}`,
  );
  const failed = since.reduce((sum, way) => sum + way.failed, 0);
  const compared = `${before.failed} of ${connectionsText(before.connections)} before it`;
  return [
    ['connections', `${ways.join(', ') || 'none'} (${from})`],
    ...(failed > 0 || before.failed > 0
      ? [
          [
            'failed',
            `${failed} since the change${failed > 0 ? ` (${outcomesText(failures)})` : ''}, ${compared}`,
          ] as Finding,
        ]
      : []),
    ...passedOver.map(({ from: place, why }): Finding => ['passed over', `${place}: ${why}`]),
  ];
}

function connectionsText(connections: number): string {
  return connections === 1 ? '1 connection' : `${connections} connections`;
}
