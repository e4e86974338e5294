import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../core/objects.ts';
import { extractOwned } from '../core/owned-fields.ts';

/** All that our manager owns of the route, with the part of the spec that changes: what it leaves out it would give up. */
export function ownedWeights(live: KubeObject, wanted: KubeObject, manager: string): KubeObject {
  const mine = extractOwned(live, manager);
  const changes = Object.entries(wanted.spec).filter(([field, value]) => !isDeepStrictEqual(value, live.spec[field]));
  return { ...mine, spec: { ...mine.spec, ...Object.fromEntries(changes) } };
}
