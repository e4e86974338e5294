import { defined } from '../defined.ts';
import { findSwitch, likelySwitches, type LogChances } from '../statistics/changeover.ts';
import type { Observation } from './judge.ts';

/** One connection on the way of a change. */
interface Moment {
  /** Position among the samples shown, from 0. */
  at: number;
  version: string;
  /** When it started, where the samples tell. */
  time?: string;
}

export interface PropagationReport {
  /** True once the new split has been seen at work; samples before that tell nothing about it. */
  inForce: boolean;
  /** Samples until then. */
  waited: number;
  /** The first connection that obeyed the new split rather than the old one. */
  firstObeying?: Moment;
  /** The last connection that still obeyed the old one. */
  lastDisobeying?: Moment;
  /**
   * How long both splits were at work side by side, in milliseconds; 0 for a clean switch, absent where samples tell no
   * times or it has not ended.
   */
  mixedMs?: number;
  /** The first and the last sample at which a single switch is nearly as likely as at the likeliest place; absent where none has begun. */
  tookHold?: { from: Moment; to: Moment };
}

export interface Propagation {
  /** Takes the next sample; true once the new split is in force. Goes on taking samples after that, for the report. */
  observe(observation: Observation): boolean;
  /** Whether all samples together are a hundred times likelier under the old split than under the new one. */
  speaksForOld(): boolean;
  report(): PropagationReport;
}

/** A share that no route asks for still has this chance, so that one stray connection late in a long watch is no proof. */
const stray = 1e-6;

/** How often, at most, a change that never comes is taken for one that has, however long one watches. */
export const falseAlarm = 0.01;

/**
 * Watches a change of weights take hold, from the first connection after it. The new split counts as in force when
 * R_n = (R_{n−1} + w_n)·LR_n reaches 1/ε, where LR_n is the likelihood ratio of sample n, new split to old, and
 * w_n = 1/(n(n+1)) the weight of a change at n. The weights sum to 1, so that R − Σ is a martingale under the old split and ε
 * bounds the chance that it ever rings falsely (J. Ville, 1939; the sum is A. N. Shiryaev's, 1963, with a proper prior). The moment depends on
 * the past alone, so that a judge who is shown the samples after it, and those only, errs no more often than on samples that were never searched.
 * @param before the shares before the change, by version; a version that is missing had none
 * @param after the asked shares
 */
export function watchPropagation(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Propagation {
  const versions = new Set([...before.keys(), ...after.keys()]);
  const logs = new Map(
    [...versions].map((version) => [version, chancesOf(version, { before, after, kinds: versions.size })]),
  );
  // A connection that failed was meant for any of the versions: it counts as the one that speaks least for what is claimed.
  const ofEach = [...logs.values()].map((log) => log.after - log.before);
  const ofFailed = { least: Math.min(...ofEach), most: Math.max(...ofEach) };
  const chances: LogChances[] = [];
  const moments: Moment[] = [];
  let seen = 0;
  let ratio = 0;
  let forOld = 0;
  let waited = isSame(before, after) ? 0 : undefined;

  return {
    observe: ({ version, outcome, time }) => {
      const at = seen++;
      const log = outcome === 'reply' && version !== null ? logs.get(version) : undefined;
      if (log !== undefined) {
        chances.push(log);
        moments.push({ at, version: version!, ...(time === undefined ? {} : { time }) });
      }
      const { least, most } =
        log === undefined ? ofFailed : { least: log.after - log.before, most: log.after - log.before };
      ratio = (ratio + 1 / (seen * (seen + 1))) * Math.exp(least);
      forOld -= most;
      if (waited === undefined && ratio >= 1 / falseAlarm) waited = seen;
      return waited !== undefined;
    },
    speaksForOld: () => forOld >= Math.log(1 / falseAlarm),
    report: () => ({
      inForce: waited !== undefined,
      waited: waited ?? seen,
      ...(isSame(before, after) ? {} : courseOf(chances, moments)),
    }),
  };
}

/** The shares that connections see while half of the gateways are out of step. */
export function halfOfEach(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Map<string, number> {
  return new Map([...after].map(([version, share]) => [version, (share + (before.get(version) ?? 0)) / 2]));
}

interface Splits {
  before: ReadonlyMap<string, number>;
  after: ReadonlyMap<string, number>;
  kinds: number;
}

function chancesOf(version: string, { before, after, kinds }: Splits): LogChances {
  const log = (shares: ReadonlyMap<string, number>) =>
    Math.log((1 - stray) * (shares.get(version) ?? 0) + stray / kinds);
  return { before: log(before), after: log(after) };
}

function isSame(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): boolean {
  return [...before.keys(), ...after.keys()].every((version) => before.get(version) === after.get(version));
}

function courseOf(
  chances: readonly LogChances[],
  moments: readonly Moment[],
): Omit<PropagationReport, 'inForce' | 'waited'> {
  const { leaves, arrives } = findSwitch(chances);
  const firstObeying = moments[leaves];
  const lastDisobeying = moments.findLast((_, i) => i < arrives && chances[i]!.before > chances[i]!.after);
  const mixedMs = timeBetween(firstObeying, moments[arrives]);
  const places = firstObeying && likelySwitches(chances);
  const tookHold = places && { from: moments[places.from]!, to: moments[places.to]! };
  return {
    ...defined({ firstObeying, lastDisobeying, mixedMs, tookHold }),
  };
}

function timeBetween(first: Moment | undefined, last: Moment | undefined): number | undefined {
  if (first?.time === undefined || last?.time === undefined) return undefined;
  return Date.parse(last.time) - Date.parse(first.time);
}
