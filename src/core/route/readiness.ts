import type { ObjectRef } from '../objects.ts';

/** One wanted state of the cluster that can be read off objects: a condition, or its absence, with the server's own words. */
export interface Readiness {
  /** `Accepted`, `ResolvedRefs`, `Programmed`, verbatim. */
  type: string;
  ref: ObjectRef;
  state: 'true' | 'false' | 'pending' | 'absent';
  /** The controller's own word; absent where it has not seen this generation. */
  reason?: string;
  message?: string;
  /** What most likely keeps it from becoming true, and what to do: an imperative for people. */
  advice?: string;
}
