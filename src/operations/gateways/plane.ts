import { planeFor } from '../../planes/planes.ts';
import type { Plane } from '../../planes/plane.ts';
import type { Session } from '../session.ts';
import type { Target } from '../route/target.ts';

/**
 * The data plane that serves the route.
 * @throws ShiftError where the route's Gateway or listener cannot be found, or not read
 */
export async function planeOf(target: Target, { cluster }: Pick<Session, 'cluster'>): Promise<Plane> {
  return planeFor(await target.api.controller(target.view, cluster));
}
