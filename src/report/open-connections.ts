import { formatDuration } from '../core/duration.ts';
import { uncountedPods, type OpenConnections } from '../core/route/open-connections.ts';
import { count } from './format.ts';

/** `Open connections: 1,204; a change of weights closes them 45s later`: one line about what a change does to those that are there. */
export function openConnectionsText({ open, closedAfterMs, pods, problem }: OpenConnections): string {
  if (open === null) return `Open connections are not to be counted: ${problem}`;
  const silent = uncountedPods(pods);
  const without = silent.length > 0 ? ` without those of ${silent.join(', ')}` : '';
  const which = open === 0 ? 'those that are open' : 'them';
  return `Open connections: ${count(open)}${without}; a change of weights closes ${which}${laterText(closedAfterMs)}`;
}

function laterText(closedAfterMs: OpenConnections['closedAfterMs']): string {
  if (!closedAfterMs) return '';
  const [shortest, longest] = [closedAfterMs.shortest, closedAfterMs.longest].map(formatDuration);
  return shortest === longest ? ` ${longest} later` : ` ${shortest} to ${longest} later`;
}
