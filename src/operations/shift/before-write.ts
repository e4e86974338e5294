import type { PodPages } from '../../cluster/pods/pages.ts';
import type { DryRun } from '../../core/dry-run.ts';
import { formatDuration } from '../../core/duration.ts';
import { openText, type OpenConnections } from '../../core/route/open-connections.ts';
import { ShiftError } from '../../errors.ts';
import { readOpenConnections } from '../gateways/open-connections.ts';
import type { Target } from '../route/target.ts';
import { refuseUnready, type Looking } from './receivers.ts';
import type { SplitChange } from './sightings.ts';

export interface LookOptions {
  /** Send connections to versions without a ready endpoint, too. */
  allowUnready?: boolean;
  /** The most open connections that the change may close; any number where absent. */
  maxOpen?: number | undefined;
  /** Nothing will be written where it is no `none`. */
  dryRun?: DryRun;
}

/** Nobody waits longer for a proxy that says nothing, in milliseconds, before anything is written. */
const patienceMs = 2000;

/**
 * Looks at what a change will meet, before it is written: whether its versions can take connections, and which open ones it will close.
 * @returns those that it closes; undefined where it closes none
 * @throws ShiftError notFound: a version that is to get more has no ready endpoint; rejected: more open connections than allowed
 */
export async function lookBefore(
  target: Target,
  change: SplitChange,
  { allowUnready = false, maxOpen, dryRun = 'none' }: LookOptions,
  { session, again, pages }: Looking & { pages: PodPages },
): Promise<OpenConnections | undefined> {
  const [open] = await Promise.all([
    readOpenConnections(target, session, { pages, timeoutMs: patienceMs }),
    allowUnready ? undefined : refuseUnready(target, change, { session, again }),
  ]);
  if (open && maxOpen !== undefined) refuseMoreThan(maxOpen, open);
  const closing = open && closingText(open, dryRun === 'none' ? 'will' : 'would');
  if (closing) session.progress.warn(closing);
  return open;
}

/** `1,204 open connections will be closed 45s after the change`; undefined where none are known of. */
function closingText(connections: OpenConnections, will: 'will' | 'would'): string | undefined {
  const { closedAfterMs } = connections;
  const what = openText(connections);
  const when = closedAfterMs ? `${formatDuration(closedAfterMs.longest)} after` : 'by';
  return what && `${what} ${will} be closed ${when} the change`;
}

function refuseMoreThan(most: number, connections: OpenConnections): void {
  const { open, pods, problem } = connections;
  if (open !== null && open > most) {
    throw new ShiftError('rejected', `${closingText(connections, 'would')}, and --max-open allows ${most}`, {
      hint: 'wait until there are fewer, or allow more with --max-open',
    });
  }
  const silent = pods.find((pod) => pod.open === null);
  const unknown = open === null ? problem : silent && `pod ${silent.pod} does not tell: ${silent.problem}`;
  if (unknown === undefined) return;
  const message = `it is not known whether more than ${most} open connections would be closed: ${unknown}`;
  throw new ShiftError('rejected', message, { hint: 'mend that, or leave out --max-open' });
}
