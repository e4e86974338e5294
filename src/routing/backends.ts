import type { Assignment } from '../core/weights/assignments.ts';
import { type JsonObject, type KubeObject, refOf, titleOf } from '../core/objects.ts';
import type { Split } from '../core/weights/split.ts';
import { type VersionName, nameVersions, resolveVersion } from '../core/weights/versions.ts';
import { type WeightLimits, type WeightPlan, planWeights } from '../core/weights/plan.ts';
import { ShiftError } from '../errors.ts';
import { writeFieldAt, type FieldPath } from './field-path.ts';
import type { RouteView } from './routing-api.ts';
import type { Backend } from '../core/route/backend.ts';

/** A backend as a rule lists it. */
export interface WeightedBackend {
  backend: Backend;
  weight: number;
}

/** Names for one backend, from the most readable to the most qualified. */
function candidates({ subset, service, namespace, port }: Backend): string[] {
  const qualified = `${namespace}/${service}`;
  const suffix = subset === undefined ? '' : `/${subset}`;
  return [subset ?? service, `${service}${suffix}`, `${qualified}${suffix}`, `${qualified}:${port ?? ''}${suffix}`];
}

function versionsOf(backends: readonly Backend[]): VersionName[] | undefined {
  const bySubset = backends.some(({ subset }) => subset !== undefined);
  return nameVersions(backends.map(candidates), !bySubset);
}

/**
 * Names the backends of one rule as versions.
 * @throws ShiftError usage: no backend, the same one twice, or a weight that is no integer ≥ 0
 */
export function nameBackends(
  route: KubeObject,
  entries: readonly WeightedBackend[],
): Pick<RouteView, 'split' | 'backends'> {
  const title = titleOf(refOf(route));
  const hint = `correct it: kubectl edit ${route.kind.toLowerCase()} ${route.metadata.name} -n ${route.metadata.namespace}`;
  if (entries.length === 0) throw new ShiftError('usage', `${title} sends its connections nowhere`, { hint });
  const versions = versionsOf(entries.map(({ backend }) => backend));
  if (!versions) throw new ShiftError('usage', `${title} lists the same backend twice`, { hint });
  const wrong = entries.findIndex(({ weight }) => !Number.isInteger(weight) || weight < 0);
  if (wrong >= 0) {
    const message = `${title} gives ${versions[wrong]!.name} the weight ${entries[wrong]!.weight}, not an integer from 0 up`;
    throw new ShiftError('usage', message, { hint });
  }
  return {
    split: entries.map(({ weight }, index) => ({ version: versions[index]!.name, weight })),
    backends: new Map(entries.map(({ backend }, index) => [versions[index]!.name, backend])),
  };
}

/**
 * The new weights of a route, with its versions named in any of the ways that name them: `v2`, `tcp-echo-v2`.
 * @throws ShiftError usage: as planWeights and resolveVersion
 */
export function planRoute(view: RouteView, assignments: readonly Assignment[], limits: WeightLimits): WeightPlan {
  const versions = versionsOf([...view.backends.values()]) ?? [];
  const resolved = assignments.map(({ version, percent }) => ({ version: resolveVersion(version, versions), percent }));
  return planWeights(view.split, resolved, limits);
}

/** Where each version's weight stands, by the list of the view's backends in its rule. */
export function weightPathsIn(list: string, { rulePath, split }: RouteView): Map<string, FieldPath> {
  return new Map(split.map(({ version }, index) => [version, [...rulePath, list, index, 'weight']]));
}

/** A copy of the view's object with the weight of each version at its path; 0 for a version that the split leaves out. */
export function writeWeightsAt(
  paths: ReadonlyMap<string, FieldPath>,
  { object }: RouteView,
  split: Split,
): KubeObject<JsonObject> {
  const copy: KubeObject<JsonObject> = structuredClone(object);
  const weightOf = new Map(split.map(({ version, weight }) => [version, weight]));
  for (const [version, path] of paths) writeFieldAt(copy, path, weightOf.get(version) ?? 0);
  return copy;
}
