import { clopperPearson } from '../../../src/core/statistics/intervals.ts';
import type { Result } from './result.ts';

/** How often something came out, of so many runs. */
export interface Tried {
  count: number;
  runs: number;
}

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function percent(share: number): string {
  if (share === 0) return '0';
  return share < 0.0001 ? '< 0.01' : `${Number((100 * share).toPrecision(share > 0.9 ? 4 : 3))}`;
}

/** Per cent, with its interval: one of 95 %, or one that is part of so many that hold together at 95 %. */
export function rate(count: number, runs: number, together = 1): string {
  const { low, high } = clopperPearson(count, runs, 0.05 / together);
  return `${percent(count / runs)} [${percent(low)}, ${percent(high)}]`;
}

export function meanOf({ samples, runs }: Result): number {
  return samples / runs;
}

/** The mean number of samples, with its 95 % interval. */
export function mean(result: Result): string {
  const { runs, squares } = result;
  const m = meanOf(result);
  const half = 1.96 * Math.sqrt(Math.max(0, squares / runs - m * m) / runs);
  return half < 0.5 ? `${Math.round(m)}` : `${Math.round(m)} ± ${Math.ceil(half)}`;
}

/** The highest rate of a group, with an interval that holds for all of them together; – where there is none. */
export function worst(group: readonly Tried[]): string {
  if (group.length === 0) return '–';
  const most = group.reduce((a, b) => (b.count / b.runs > a.count / a.runs ? b : a));
  return rate(most.count, most.runs, group.length);
}

/** Whether a rate lies over alpha beyond doubt: once in a thousand simulations that hold, all cells together. */
export function isOver(alpha: number, { count, runs }: Tried, cells: number): boolean {
  return clopperPearson(count, runs, 0.001 / cells).low > alpha;
}
