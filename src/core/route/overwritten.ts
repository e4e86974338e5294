import type { Split } from '../weights/split.ts';

/** What became of the weights of a route that somebody else changed while they were being proved or judged. */
export interface Overwritten {
  /** Null where the route was deleted, or its rule is gone. */
  weights: Split | null;
  /** Field manager of the later write, and its time as the server wrote it, ISO 8601. */
  manager?: string;
  time?: string;
}
