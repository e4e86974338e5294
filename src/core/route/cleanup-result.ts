import type { DryRun } from '../dry-run.ts';
import type { ObjectRef } from '../objects.ts';

/** An object that is not removed, and why. */
export interface Left {
  ref: ObjectRef;
  /** How many more of its kind, which are not named, are left as well. */
  more?: number;
  why: string;
}

/** What became of what setup made. */
export interface CleanupResult {
  namespace: string;
  dryRun: DryRun;
  removed: ObjectRef[];
  left: Left[];
}
