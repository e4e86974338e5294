import { formatDuration } from '../../core/duration.ts';
import type { ObservedChange, WatchedConnections } from '../../core/route/shift-result.ts';
import { outcomesText } from '../../core/sample.ts';
import { connectionsToTell } from '../../core/verdict/detectability.ts';
import { hasRisen, hasRisenForSure } from '../../core/verdict/failure-rise.ts';
import { ShiftError } from '../../errors.ts';
import { orAbort } from '../../waiting.ts';
import { needExchange, type ProbeSpec } from '../probing/probe-spec.ts';
import { openVantage } from '../probing/vantage.ts';
import { statusCommand, weightCommand, type Target } from '../route/target.ts';
import { sessionOnce, type Session } from '../session.ts';
import { sightings, type Sightings, type SplitChange } from './sightings.ts';

/** When a watch of connections may end. */
interface Ending {
  /** Whether every gateway is known to have the new weights. */
  allProgrammed: boolean;
  /** Longest wait from now on, in milliseconds. */
  withinMs: number;
}

/** Connections that are opened one after another, from before the write on, and what they show of the change. */
export interface ConnectionWatch {
  /** Resolves when enough connections have been opened to compare later ones with; it takes a second at most. */
  compared(): Promise<void>;
  /** Says when the write began, in milliseconds since the epoch. */
  written(epochMs: number): void;
  /**
   * Resolves when connections show the new split rather than the old one, and both are no longer at work side by side: where not every gateway is
   * known to be programmed, as long as it takes to tell the new split from half of each.
   * @throws ShiftError failing: more connections fail than before the write; timeout: they do not show the new split; or what keeps connections from
   * being opened
   */
  until(ending: Ending): Promise<ObservedChange>;
  watched(): WatchedConnections;
}

/** More connections than this are not opened without being asked for; nor more than the other where they are. */
const mostUnasked = 3000;
const mostInsisted = 100_000;

/** A connection without an answer for so long, in milliseconds, has failed; where one gateway hangs, so many at once leave room for the others. */
const patienceMs = 2000;
const mostAtOnce = 32;

/** Milliseconds between the starts of two connections of the watch. */
const intervalMs = 5;

/** Connections before the write that failures since are compared with, and the longest time that is taken for them. */
const comparison = { connections: 100, withinMs: 1000 };

/** About how long, in milliseconds, connections have to be watched until they show the new split. */
export function expectedWatchMs({ before, after }: SplitChange): number {
  return connectionsToTell(before, after) * intervalMs;
}

/** @throws ShiftError usage: the splits are too alike to be told apart by a few connections */
function refuseTooAlike({ before, after }: SplitChange): void {
  const needed = connectionsToTell(before, after);
  if (needed <= mostUnasked) return;
  throw new ShiftError('usage', `about ${needed} connections would be needed to tell the new split from the old one`, {
    hint: 'ask for it: --wait observed',
  });
}

interface WatchOptions {
  /** How a connection tells its version. */
  probe: ProbeSpec;
  /** However many connections it takes. */
  insists: boolean;
}

/**
 * Opens connections from now on, until the session's signal aborts.
 * @throws ShiftError usage: the splits are too alike; as needExchange and openVantage do
 */
export async function openWatch(
  target: Target,
  change: SplitChange,
  { probe, insists }: WatchOptions,
  session: Session,
): Promise<ConnectionWatch> {
  if (!insists) refuseTooAlike(change);
  const { io } = session;
  const once = sessionOnce(session);
  const exchange = await needExchange({ timeoutMs: patienceMs, ...probe }, target, once);
  const vantage = await openVantage({}, target, once);
  const seen = sightings(change, vantage);
  let opened = 0;
  let began = io.clock.now();
  let look = (): void => {};
  const opening = (async () => {
    const count = comparison.connections + (insists ? mostInsisted : mostUnasked);
    const concurrency = vantage.from === 'pod' ? 4 : mostAtOnce;
    for await (const sample of vantage.samples({ intervalMs, concurrency, count }, exchange)) {
      opened++;
      seen.add(sample);
      look();
    }
  })();
  // Told to those who wait for it, below.
  opening.catch(() => {});

  return {
    async compared() {
      const enough = new Promise<void>((resolve) => {
        look = () => opened >= comparison.connections && resolve();
      });
      const late = io.clock.sleep(comparison.withinMs, io.signal);
      await orAbort(Promise.race([enough, late, opening]), io.signal);
    },
    written(epochMs) {
      began = epochMs;
      seen.written(epochMs);
    },
    until: ({ allProgrammed, withinMs }) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          if (hasRisen(seen.failures(), seen.isSure())) reject(failing(seen.watched(), change, target));
          else if (seen.isSure()) resolve(seen.change());
          else reject(notShown(seen, { address: vantage.address, tookMs: io.clock.now() - began, change, target }));
        };
        look = () => {
          if (hasRisenForSure(seen.failures()) || seen.isOver(allProgrammed)) end();
        };
        look();
        opening.then(end, reject);
        io.clock.sleep(Math.max(0, withinMs), io.signal).then(end, reject);
      }),
    watched: () => seen.watched(),
  };
}

function failing({ before, since, failures }: WatchedConnections, change: SplitChange, target: Target): ShiftError {
  const connections = since.reduce((sum, way) => sum + way.connections, 0);
  const failed = since.reduce((sum, way) => sum + way.failed, 0);
  const message =
    `${failed} of ${connections} connections fail since the change (${outcomesText(failures)}), ` +
    `${before.failed} of ${before.connections} before it`;
  return new ShiftError('failing', message, { hint: `go back: ${weightCommand(target, change.before)}` });
}

interface Watched {
  address: string;
  tookMs: number;
  change: SplitChange;
  target: Target;
}

/** Connections that do not show the new split speak for the old one, or tell nothing yet. */
function notShown(seen: Sightings, { address, tookMs, change, target }: Watched): ShiftError {
  const what = `${seen.connections()} connections through ${address} in ${formatDuration(tookMs)}`;
  const hint = statusCommand(target);
  if (seen.speaksForOld()) return new ShiftError('timeout', `${what} do not obey the new weights`, { hint });
  const needed = connectionsToTell(change.before, change.after);
  return new ShiftError(
    'timeout',
    `${what} do not tell the new weights from the old ones, which takes about ${needed}`,
    {
      hint,
    },
  );
}
