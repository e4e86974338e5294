import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import { refuseUnready } from './receivers.ts';
import type { SplitChange } from './sightings.ts';

export interface LookOptions {
  /** Send connections to versions without a ready endpoint, too. */
  allowUnready?: boolean;
}

/**
 * Looks at what a change will meet, before it is written.
 * @throws ShiftError notFound: a version that is to get more has no ready endpoint
 */
export async function lookBefore(
  target: Target,
  change: SplitChange,
  { allowUnready = false }: LookOptions,
  session: Session,
): Promise<void> {
  if (!allowUnready) await refuseUnready(target, change, session);
}
