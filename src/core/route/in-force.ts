import type { Split } from '../weights/split.ts';

/** What one proxy has in force for a route, as it tells itself. */
export interface InForce {
  /** Null where no listener that takes connections carries the route. */
  weights: Split | null;
  /** The proxy's own time of the update that brought them, in milliseconds since the epoch; absent where it does not tell. */
  updatedAt?: number;
  /** A newer configuration that it refused; it goes on with what it had. */
  refused?: Refusal;
  /** Whether a listener for the route waits for what it needs, such as a certificate. What it will have is not in force, and proves nothing. */
  warming: boolean;
}

/** Why a proxy did not take a configuration. */
export interface Refusal {
  /** The proxy's own words. */
  details: string;
  /** Its own time of the attempt, in milliseconds since the epoch; absent where it does not tell. */
  at?: number;
}
