import { moreHitsByChance, type Count } from '../statistics/fisher.ts';

/** Chance of an alarm by a network whose failures have nothing to do with the change, for one look at the end. */
const doubt = 0.01;

/** The same for each of some hundred looks in between, which together stay below it. */
const doubtOfManyLooks = 1e-5;

/** Connections that failed, of those opened before a change, and since. */
export interface FailuresAround {
  before: Count;
  since: Count;
}

/** Whether failures have become more with the change beyond doubt, however often one looks. */
export function hasRisenForSure({ before, since }: FailuresAround): boolean {
  return since.hits > 0 && moreHitsByChance(since, before) < doubtOfManyLooks;
}

/**
 * Whether failures have become more with the change, at the one look after the last connection.
 * @param isObserved whether connections show the new split; where they do not, and none failed before it, any failure speaks against the change
 */
export function hasRisen({ before, since }: FailuresAround, isObserved: boolean): boolean {
  if (since.hits === 0) return false;
  if (!isObserved && before.hits === 0) return true;
  return moreHitsByChance(since, before) < doubt;
}
