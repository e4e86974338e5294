import { defined } from '../defined.ts';
import { largestDeparture } from '../statistics/bridge.ts';
import { findChange, type Priors } from '../statistics/change-point.ts';
import { mayBeClustered, orderOf, type Order } from '../statistics/order.ts';
import type { History } from './history.ts';
import type { Reason } from './judgement.ts';
import type { AskedVersion, JudgeSpec } from './spec.ts';

/** Grounds on which a judge takes no verdict, because the samples are not independent draws from one split. */
export interface Suspicion {
  /** Drift and sticky clients; cheap in evidence, may be asked at any time. */
  early(): Reason | undefined;
  /** These, and clusters, to be asked only when a verdict is due; unless that is a FAIL, also shares that moved while they were watched. */
  final(due: 'pass' | 'fail' | 'none'): Reason | undefined;
  /**
   * Whether so few samples that suffice for a FAIL may be a few bursts, or one address of a sticky gateway: some more samples confirm that, or do away
   * with it.
   */
  hasty(): boolean;
  order(): Order;
}

/** A constant split is taken for a drifting one, ever, with at most this chance. */
const driftChance = 0.01;

/** When a split is looked at: long after it was asked for, or while gateways may still be taking it over. */
export type Occasion = 'standing' | 'changing';

/** A constant split that would pass is held back for moving shares with about this chance; while it is changing that costs no more than some samples. */
const movedChance: Readonly<Record<Occasion, number>> = { standing: 0.001, changing: 0.01 };

/** A random data plane is taken for a sticky one, while no verdict is due, with at most this chance. */
const stickyChance = 0.001;

/** The asked shares are believed as much as so many samples of them. */
const belief = 50;

/** @param budget the most samples that there may be */
export function createSuspicion(
  history: History,
  asked: readonly AskedVersion[],
  spec: JudgeSpec,
  { budget, occasion }: { budget: number; occasion: Occasion },
): Suspicion {
  const priors = priorsFor(asked);
  const answers = () => history.kinds().filter((kind) => kind < asked.length);
  const order = () => orderOf(answers(), asked.length);
  const find = (chance: number) => findDrift(history, asked, priors, budget) ?? findSticky(history, asked, chance);
  return {
    early: () => find(stickyChance),
    // A run of one version that suffices for a FAIL is rarer than α, and so is never more than a sign of a sticky
    // gateway.
    final: (due) =>
      find(spec.alpha) ??
      (order().law === 'clustered' ? { kind: 'clustered' } : undefined) ??
      (due === 'fail' ? undefined : findMove(history, asked, movedChance[occasion])),
    hasty: () =>
      findSticky(history, asked, spec.alpha) !== undefined || mayBeClustered(answers(), asked.length, spec.alpha),
    order,
  };
}

/** One pseudo-count for each version and one for failures. */
function priorsFor(asked: readonly AskedVersion[]): Priors {
  const rare = 0.05;
  return {
    asked: [...asked.map(({ share }) => belief * share + rare), rare],
    any: [...asked.map(({ share }) => (share > 0 ? 0.5 : rare)), rare],
  };
}

function findDrift(
  history: History,
  asked: readonly AskedVersion[],
  priors: Priors,
  budget: number,
): Reason | undefined {
  const kinds = history.kinds();
  const { at, evidence } = findChange(kinds, priors, budget);
  return evidence >= -Math.log(driftChance) ? driftAt(at, history, asked) : undefined;
}

/**
 * Shares that moved, by the one look at the end: it sees smaller steps than the search for a change at any time, which pays for every place, every time
 * and every size of one.
 */
function findMove(history: History, asked: readonly AskedVersion[], chance: number): Reason | undefined {
  const departure = largestDeparture(history.kinds(), asked.length);
  return departure.chance <= chance ? driftAt(departure.at, history, asked) : undefined;
}

function driftAt(at: number, history: History, asked: readonly AskedVersion[]): Reason {
  const kinds = history.kinds();
  const time = history.timeOf(at);
  return {
    kind: 'drift',
    at,
    ...defined({ time }),
    before: sharesIn(kinds.subarray(0, at), asked),
    after: sharesIn(kinds.subarray(at), asked),
  };
}

function sharesIn(kinds: Uint8Array, asked: readonly AskedVersion[]): Record<string, number> {
  const counts = asked.map(() => 0);
  for (const kind of kinds) if (kind < counts.length) counts[kind]!++;
  return Object.fromEntries(asked.map(({ version }, i) => [version, counts[i]! / kinds.length]));
}

/**
 * Every client address got one version only, too often for independent draws of a split within its tolerance: each
 * further answer to an address repeats its version with probability ≤ share + tolerance.
 */
function findSticky(history: History, asked: readonly AskedVersion[], chance: number): Reason | undefined {
  let sources = 0;
  let log = 0;
  for (const { only, answers } of history.sources()) {
    if (only === undefined) return undefined;
    const { share, tolerance } = asked[only]!;
    sources++;
    log += (answers - 1) * Math.log(Math.min(1, share + tolerance));
  }
  return log <= Math.log(chance) ? { kind: 'sticky', sources } : undefined;
}
