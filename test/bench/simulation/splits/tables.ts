import { planSplit, type Plan } from '../../../../src/core/verdict/plan.ts';
import { alpha, specOf, type Cell } from './cells.ts';
import { peers } from './peers.ts';
import { isOver, mean, meanOf, percent, rate, table, worst, type Tried } from '../format.ts';
import type { Result } from '../result.ts';

/** A cell with what came of it. */
export interface Row {
  cell: Cell;
  result: Result;
}

function name(shares: number[]): string {
  return shares.map((share) => Number((100 * share).toFixed(2))).join(' / ');
}

function isEdge({ cell }: Row): boolean {
  return cell.place.endsWith('edge');
}

/** Where a PASS, or a FAIL, is wrong. */
function wrongPasses(row: Row): number | undefined {
  return isEdge(row) || row.cell.place.endsWith('outside') ? row.result.pass : undefined;
}

function wrongFails(row: Row): number | undefined {
  return row.cell.place.endsWith('outside') ? undefined : row.result.fail;
}

/** The cells whose rate of wrong PASS or FAIL lies over α beyond doubt: none, if the claims hold. */
export function contradictions(rows: Row[]): Row[] {
  return rows.filter((row) =>
    [wrongPasses, wrongFails].some((wrong) => isOver(alpha, triedOf(row, wrong(row) ?? 0), rows.length)),
  );
}

function triedOf({ result }: Row, count: number): Tried {
  return { count, runs: result.runs };
}

function pairsOf(rows: Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows.filter(({ cell }) => cell.asked.length === 2 && cell.plane === 'random' && !cell.failing)) {
    const key = `${row.cell.asked[1]} ± ${row.cell.tolerance}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

function planOf(cell: Cell): Plan {
  const planned = planSplit(specOf(cell));
  if ('problem' in planned) throw new Error(JSON.stringify(planned.problem));
  return planned.plan;
}

/** One row a question, one version, independent connections. */
export function questionTable(rows: Row[]): string {
  const at = (group: Row[], place: Cell['place']) => group.find(({ cell }) => cell.place === place)?.result;
  const body = pairsOf(rows).map((group) => {
    const { cell } = group[0]!;
    const plan = planOf(cell);
    const [lower, upper, right, far] = (['lower edge', 'upper edge', 'right', 'far outside'] as const).map((place) =>
      at(group, place),
    );
    const share = cell.asked[1]!;
    const shown = share === 0.05 || share === 0.2 ? `${100 * share} (or ${100 - 100 * share})` : `${100 * share}`;
    return [
      `${shown} ± ${100 * cell.tolerance}`,
      `${plan.fixed.samples}`,
      `${Math.round(plan.floor)}`,
      `${Math.round(plan.right.mean)}`,
      mean(right!),
      rate(right!.pass, right!.runs),
      lower ? rate(lower.pass, lower.runs) : '–',
      rate(upper!.pass, upper!.runs),
      rate(Math.max(lower?.fail ?? 0, upper!.fail), upper!.runs),
      far ? `${rate(far.fail, far.runs)} in ${mean(far)}` : '–',
    ];
  });
  const head = [
    'share ± tolerance, %',
    'fixed n',
    'floor',
    'mean, exact',
    'mean, simulated',
    'PASS where right',
    'PASS at the lower edge',
    'PASS at the upper edge',
    'FAIL at an edge',
    'FAIL at twice the tolerance',
  ];
  return table(head, body);
}

/** How often each way to check passes a split that is wrong by the whole tolerance, and one that is right. */
export function peerTable(rows: Row[]): string {
  const body = pairsOf(rows)
    .filter((group) => group[0]!.cell.tolerance === 0.05)
    .map((group) => {
      const { cell } = group[0]!;
      const asked = { share: cell.asked[1]!, tolerance: cell.tolerance };
      const upper = group.find(({ cell }) => cell.place === 'upper edge')!.result;
      const right = group.find(({ cell }) => cell.place === 'right')!.result;
      const ours = `${percent(upper.pass / upper.runs)} / ${percent(right.pass / right.runs)} (${Math.round(meanOf(right))})`;
      const others = peers.map(
        (peer) =>
          `${percent(peer.pass(asked.share + 0.05, asked))} / ${percent(peer.pass(asked.share, asked))} (${peer.connections(asked.share)})`,
      );
      return [`${100 * asked.share} ± 5`, ours, ...others];
    });
  return table(['share ± tolerance, %', 'tcpshift', ...peers.map((peer) => peer.name)], body);
}

/** The worst of each data plane and number of versions. */
export function planeTable(rows: Row[]): string {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const failing = row.cell.failing === undefined ? '' : ', some failing';
    const key = `${row.cell.asked.length} versions, ${row.cell.plane}${failing}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const body = [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, group]) => {
      const right = group.filter(({ cell }) => cell.place === 'right');
      const passes = right.map(({ result }) => result.pass / result.runs);
      const means = right.map(({ result }) => meanOf(result));
      return [
        key,
        `${group.length}`,
        worst(triedBy(group, wrongPasses)),
        worst(triedBy(group, wrongFails)),
        range(
          passes.map((pass) => 100 * pass),
          1,
        ),
        range(means, 0),
      ];
    });
  return table(
    [
      'versions and data plane',
      'cells',
      'worst wrong PASS',
      'worst wrong FAIL',
      'PASS where right',
      'mean samples where right',
    ],
    body,
  );
}

function triedBy(group: Row[], wrong: (row: Row) => number | undefined): Tried[] {
  return group.flatMap((row) => {
    const count = wrong(row);
    return count === undefined ? [] : [triedOf(row, count)];
  });
}

function range(values: number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return low === high ? low! : `${low} to ${high}`;
}

function placeOf({ place, failing }: Cell): string {
  if (failing === undefined) return place;
  return `${place}, ${100 * failing.rate} % fail${failing.version === undefined ? '' : ', all of the second'}`;
}

/** Every cell. */
export function fullTable(rows: Row[]): string {
  const body = rows.map(({ cell, result }) => [
    cell.plane,
    `${name(cell.asked)} ± ${100 * cell.tolerance}`,
    name(cell.truth),
    placeOf(cell),
    `${result.runs}`,
    rate(result.pass, result.runs),
    rate(result.fail, result.runs),
    mean(result),
  ]);
  return table(['data plane', 'asked, %', 'true, %', 'the truth lies', 'runs', 'PASS, %', 'FAIL, %', 'samples'], body);
}
