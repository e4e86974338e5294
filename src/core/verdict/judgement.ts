import type { Overwritten } from '../route/overwritten.ts';
import type { Outcome } from '../sample.ts';
import type { Interval } from '../statistics/intervals.ts';
import type { Order } from '../statistics/order.ts';

/**
 * within, above, below: proven to lie inside the tolerance, over it, under it · hit: a version that is to get nothing
 * was seen · undecided: none of these yet.
 */
export type VersionState = 'within' | 'above' | 'below' | 'hit' | 'undecided';

export interface VersionJudgement {
  version: string;
  /** Answers of this version. */
  count: number;
  /** count / all samples, failures included. */
  observed: number;
  /** Holds the true share with confidence 1 − α, whichever version the failed connections were meant for. */
  interval: Interval;
  /** The asked share. */
  share: number;
  tolerance: number;
  state: VersionState;
}

export interface FailureJudgement {
  count: number;
  /** count / all samples. */
  rate: number;
  interval: Interval;
  /** The highest acceptable rate. */
  limit: number;
  /**
   * above: the true rate is proven to lie over the limit · high: only the observed one does, which holds a PASS back ·
   * acceptable: it does not.
   */
  state: 'above' | 'high' | 'acceptable';
  byOutcome: { [outcome in Exclude<Outcome, 'reply'>]?: number };
}

/** What carried the verdict. */
export type Reason =
  /** PASS: every version is proven to lie within its tolerance. */
  | { kind: 'within' }
  /** PASS: the versions take turns, and never once left the turn that the asked shares give. */
  | { kind: 'turns' }
  /** FAIL: this version is proven to lie beyond its tolerance. */
  | { kind: 'share'; version: string; state: 'above' | 'below' }
  /** FAIL: a version whose share is 0 was seen. */
  | { kind: 'hit'; version: string }
  /** FAIL: too many connections failed. */
  | { kind: 'failures' }
  /** INCONCLUSIVE: the samples do not suffice yet; `final` tells whether there may be more. */
  | { kind: 'undecided'; versions: string[] }
  /** INCONCLUSIVE: the shares would pass, the observed failure rate is over its limit without being proven so. */
  | { kind: 'failures-undecided' }
  /**
   * INCONCLUSIVE: each of the client addresses saw one version only: a sticky gateway, or, with one address, a split
   * that is not in force.
   */
  | { kind: 'sticky'; sources: number }
  /** INCONCLUSIVE: equal connections follow each other too often for independent draws. */
  | { kind: 'clustered' }
  /** INCONCLUSIVE: not every gateway had the split, before or after it was looked at. */
  | { kind: 'rollout'; why: string }
  /** INCONCLUSIVE: the route was asked for another split while this one was looked at. */
  | { kind: 'overwritten'; overwritten: Overwritten }
  /**
   * INCONCLUSIVE: the split changed while it was watched. `at`: the first sample after the change, from 0; shares of
   * all samples on either side.
   */
  | { kind: 'drift'; at: number; time?: string; before: Record<string, number>; after: Record<string, number> };

/** What would settle an open question, if the shares stay as observed. */
export interface Needs {
  /**
   * About how many samples in all; null where the observed share lies on an edge of the tolerance, which no number of
   * samples settles.
   */
  samples: number | null;
  /** The tolerance that these samples would about prove for every version. */
  tolerance: number;
}

export interface Judgement {
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** True once further samples are not looked at: probing may stop. */
  final: boolean;
  reason: Reason;
  method: 'sequential' | 'fixed';
  samples: number;
  /** The most samples that the judge will look at. */
  budget: number;
  alpha: number;
  /** In the order of the spec. */
  versions: VersionJudgement[];
  failures: FailureJudgement;
  /** How the answers follow each other. */
  order: Order;
  /** Where nothing but more samples is missing. */
  needs?: Needs;
}
