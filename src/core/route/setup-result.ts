import type { DryRun } from '../dry-run.ts';
import type { ObjectRef } from '../objects.ts';
import type { Split } from '../weights/split.ts';
import type { Readiness } from './readiness.ts';

/** The reply that shows that connections come through. */
export interface FirstReply {
  version: string;
  reply: string;
  from: string;
  address: string;
  /** Places that were tried before, users' own way first, and why connections cannot start there. */
  passedOver: readonly { from: string; why: string }[];
}

/** What became of the task's manifests. */
export interface SetupResult {
  namespace: string;
  api: string;
  dryRun: DryRun;
  objects: readonly { ref: ObjectRef; change: 'created' | 'configured' | 'unchanged' }[];
  /** Versions that kept the weights that the route had before, where it was there already. */
  kept?: Split;
  conditions?: readonly Readiness[];
  firstReply?: FirstReply;
}
