import type { Interval } from '../statistics/intervals.ts';

/** What has been counted so far. */
export interface Counts {
  /** All samples. */
  samples: number;
  /** Samples without an answer of a known version. */
  failures: number;
}

/**
 * How one version is judged. Where a failed connection was meant to go is unknown, so every rule assumes the worst:
 * against "too few" a failure counts as another version's, against "too many" as this one's. The true number of
 * connections routed to the version lies between the two, so each one-sided test is at most as likely to err as it
 * would be with that number known, whatever makes connections fail.
 */
export interface VersionRule {
  /**
   * What these counts prove by themselves; a version that was once proven to be within stays so unless it is proven
   * beyond.
   */
  look(count: number, counts: Counts): 'within' | 'above' | 'below' | 'undecided';
  /** Holds the true share with confidence 1 − α. */
  interval(count: number, counts: Counts): Interval;
}

/** How the failure rate is judged. */
export interface FailureRule {
  /** True where the rate is proven to lie over its limit. */
  above(counts: Counts): boolean;
  interval(counts: Counts): Interval;
}

/** How versions that take turns prove their shares by order alone. */
export interface TurnRule {
  /** The sample from which on never having left turn is a proof. */
  samples: number;
  /** True while this version's count is in turn. */
  inTurn(position: number, count: number, samples: number): boolean;
}

/** A way to judge a whole split; without a memory of its own, so that many judges can share it. */
export interface Method {
  /** The last sample that is looked at. */
  budget: number;
  /** In the order of the spec. */
  versions: VersionRule[];
  failures: FailureRule;
  turns?: TurnRule;
}
