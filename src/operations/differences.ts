import { refOf, type KubeObject } from '../core/objects.ts';
import type { Assignment } from '../core/weights/assignments.ts';
import { sameShares } from '../core/weights/split.ts';
import { planRoute } from '../routing/backends.ts';
import { ownedWeights, type WeightWriteOptions } from './route/write-weights.ts';
import type { Target } from './route/target.ts';
import type { Session } from './session.ts';

/** One object as it is, and as it would be. */
export interface Difference {
  wanted: KubeObject;
  /** Absent where it does not exist yet. */
  live: KubeObject | undefined;
  /** As the server would keep it. */
  merged: KubeObject;
}

/** The route as it would be applied to give its versions these shares. @throws ShiftError usage: the assignments cannot be */
export function shiftedRoute({ api, view }: Target, assignments: readonly Assignment[], manager: string): KubeObject {
  const { before, after } = planRoute(view, assignments, api.limits);
  // Where the shares are so already nothing would be written.
  return ownedWeights(view.object, api.withWeights(view, sameShares(before, after) ? before : after), manager);
}

/** What applying these objects would change, one after another, by the server's own dry run. */
export async function* differences(
  objects: readonly KubeObject[],
  { manager, force = false }: WeightWriteOptions,
  { cluster }: Session,
): AsyncGenerator<Difference> {
  for (const wanted of objects) {
    const live = await cluster.get(refOf(wanted));
    // One that does not exist yet may want a namespace that does not exist either.
    const merged = live ? (await cluster.apply(wanted, { dryRun: 'server', manager, force })).object : wanted;
    yield { wanted, live, merged };
  }
}
