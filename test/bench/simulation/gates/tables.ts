import { isOver, mean, rate, table, worst, type Tried } from '../format.ts';
import type { Result } from '../result.ts';
import { alpha, type GateCell, type Test } from './cells.ts';

/** A cell with what came of it. */
export interface Row {
  cell: GateCell;
  result: Result;
}

/** What each test is called, and what its samples are. */
const names: Record<Test, string> = {
  failures: 'failures, in blocks',
  gateway: 'failures through a gateway, by connection',
  counters: 'failures, in windows of counters',
  latency: 'slow connections, in blocks',
  quantiles: 'quantiles, by connections of each',
  cuts: 'cut connections, by connection',
  ramp: 'a ramp, in blocks',
};

/** How often a verdict came out where it is wrong; none where it is not. */
function wrongly(verdict: 'pass' | 'fail', { cell, result }: Row): Tried[] {
  return cell.wrong.includes(verdict) ? [{ count: result[verdict], runs: result.runs }] : [];
}

/** The cells whose rate of wrong PASS or FAIL lies over α beyond doubt: none, if the claims hold. */
export function contradictions(rows: readonly Row[]): Row[] {
  return rows.filter((row) =>
    [...wrongly('pass', row), ...wrongly('fail', row)].some((tried) => isOver(alpha, tried, rows.length)),
  );
}

/** The worst of each test. */
export function errorTable(rows: readonly Row[]): string {
  const tests = Object.keys(names) as Test[];
  const body = tests.map((test) => {
    const group = rows.filter(({ cell }) => cell.test === test);
    const wrongPasses = group.flatMap((row) => wrongly('pass', row));
    const wrongFails = group.flatMap((row) => wrongly('fail', row));
    return [names[test], `${group.length}`, worst(wrongPasses), worst(wrongFails)];
  });
  return table(['test', 'cells', 'worst wrong PASS', 'worst wrong FAIL'], body);
}

/** What it takes to know what is not at an edge. */
export function effortTable(rows: readonly Row[]): string {
  const body = rows
    .filter(({ cell }) => cell.wrong.length === 1)
    .map(({ cell, result }) => [
      names[cell.test],
      cell.asked,
      cell.truth,
      rate(result.pass, result.runs),
      rate(result.fail, result.runs),
      mean(result),
    ]);
  return table(['test', 'asked', 'true', 'PASS', 'FAIL', 'takes'], body);
}

/** Every cell. */
export function fullTable(rows: readonly Row[]): string {
  const body = rows.map(({ cell, result }) => [
    names[cell.test],
    cell.asked,
    cell.truth,
    cell.wrong.join(', ').toUpperCase(),
    `${result.runs}`,
    rate(result.pass, result.runs),
    rate(result.fail, result.runs),
    mean(result),
  ]);
  return table(['test', 'asked', 'true', 'wrong', 'runs', 'PASS, %', 'FAIL, %', 'samples'], body);
}
