import { formatDuration } from '../../core/duration.ts';
import { points } from '../format.ts';
import { bar } from './bar.ts';
import { intervalPlot, type IntervalPlot } from './interval-plot.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { fitText, textWidth } from './text-width.ts';

interface LiveVersion extends IntervalPlot {
  version: string;
  count: number;
  state: 'within' | 'above' | 'below' | 'hit' | 'undecided';
}

/** How far a verification has come. */
export interface LiveState {
  versions: readonly LiveVersion[];
  samples: number;
  /** The most samples that will be taken. */
  budget: number;
  failures: { count: number; rate: number; limit: number; state: 'above' | 'high' | 'acceptable' };
  /** Connections a second. */
  rate: number;
  /** Until the budget or the time is used up; null where that is not known yet. */
  leftMs: number | null;
}

const barWidth = 10;
const plotWidths = { least: 9, most: 33 };

/** One line on how far it has come, then a row a version, none wider than the terminal. */
export function liveLines(state: LiveState, style: Style, columns: number): string[] {
  // Two columns stay free: one for the spinner's mark, one so that no line fills the terminal and wraps.
  const room = columns - 2;
  const fit = (text: string, width: number) => fitText(text, width, style.unicode ? '…' : '~');
  const head = fit(progressText(state), room);
  const longestName = columns < 80 ? 12 : 20;
  const rows = (plotWidth: number) =>
    state.versions.map((each) => [
      fit(each.version, longestName),
      `${bar(each.observed, barWidth, style.unicode)} ${steadyPercent(each.observed).padStart(7)}`,
      intervalPlot(each, plotWidth, style),
      askedText(each),
      stateText(each, style),
    ]);
  const headers = ['VERSION', 'OBSERVED', 'INTERVAL', 'ASKED', 'STATE'];
  const least = Math.max(...table(headers, rows(plotWidths.least), Infinity).map(textWidth));
  const free = Math.min(plotWidths.most, room - least + plotWidths.least);
  // With a multiple of four and one more, both edges of the tolerance stand as far from the middle.
  const plotWidth = free - ((free - 1) % 4);
  if (plotWidth < plotWidths.least) return [head, ...state.versions.map((each) => fit(narrowText(each), room))];
  return [head, ...table(headers, rows(plotWidth), room).map((line, index) => (index === 0 ? style.dim(line) : line))];
}

/** The same on one line, for a log. */
export function liveLine(state: LiveState): string {
  return `${progressText(state)}: ${state.versions.map(plainText).join(', ')}`;
}

function progressText({ samples, budget, failures, rate, leftMs }: LiveState): string {
  const { count, limit } = failures;
  const failed =
    count === 0
      ? 'none failed'
      : `${count} failed (${steadyPercent(failures.rate)} of at most ${steadyPercent(limit)})`;
  const left = leftMs === null ? '' : `, ${formatDuration(Math.ceil(leftMs / 1000) * 1000)} left`;
  return `${samples}/${budget} connections, ${failed}, ${Math.round(rate)}/s${left}`;
}

function plainText({ version, observed }: LiveVersion): string {
  return `${version} ${steadyPercent(observed)}`;
}

/** What the row of a table tells, where there is no room for one. */
function narrowText(version: LiveVersion): string {
  const { low, high } = version.interval;
  return `${plainText(version)}, ${steadyPoints(low)} – ${steadyPoints(high)}, asked ${askedText(version)}`;
}

function askedText({ share, tolerance }: LiveVersion): string {
  return `${points(share)} ± ${points(tolerance)} %`;
}

function stateText({ state }: LiveVersion, { green, red }: Style): string {
  if (state === 'undecided') return 'open';
  return state === 'within' ? green('within') : red(state);
}

/** Always with one place, so that a line does not jump when it is drawn anew. */
function steadyPoints(share: number): string {
  return (share * 100).toFixed(1);
}

function steadyPercent(share: number): string {
  return `${steadyPoints(share)} %`;
}
