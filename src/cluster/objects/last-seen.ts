import type { Condition, KubeObject } from '../../core/objects.ts';

/** What was last known of an object, in words, for the message of a wait that ran out of time. */
export function lastSeen(object: KubeObject | undefined): string {
  if (object === undefined) return 'it does not exist';
  const conditions = conditionsOf(object).map((condition) => describeCondition(condition, object));
  const stated = conditions.length === 0 ? [] : [conditions.join(', ')];
  if (object.metadata.deletionTimestamp !== undefined) {
    return [`it is being deleted${heldBy(object)}`, ...stated].join('; ');
  }
  const counts = readyCount(object);
  const found = [...(counts === undefined ? [] : [counts]), ...stated];
  return found.length === 0 ? 'it exists and its status is empty' : found.join('; ');
}

function heldBy(object: KubeObject): string {
  const finalizers = [
    ...(object.metadata.finalizers ?? []),
    ...((object.spec?.finalizers as string[] | undefined) ?? []),
  ];
  return finalizers.length === 0 ? '' : `, held by the finalizers ${finalizers.join(', ')}`;
}

/** Conditions of the object itself; of a route, those that each parent sets. */
function conditionsOf({ status }: KubeObject): Condition[] {
  const parents = (status?.parents ?? []) as { conditions?: Condition[] }[];
  return [status?.conditions ?? [], ...parents.map((parent) => parent.conditions ?? [])].flat() as Condition[];
}

function describeCondition(
  { type, status, observedGeneration, reason, message }: Condition,
  object: KubeObject,
): string {
  const { generation, deletionTimestamp } = object.metadata;
  const stale = observedGeneration !== undefined && generation !== undefined && observedGeneration < generation;
  const age = stale ? [`still for generation ${observedGeneration} of ${generation}`] : [];
  // A condition that holds needs no explanation, except where it tells what keeps a namespace from going.
  const explained = status !== 'True' || deletionTimestamp !== undefined;
  const cause = explained ? [[reason, message].filter((word) => word).join(': ')] : [];
  const words = [...age, ...cause].filter((word) => word !== '').join(', ');
  return `${type}=${status}${words === '' ? '' : ` (${words})`}`;
}

function readyCount({ spec, status }: KubeObject): string | undefined {
  const wanted = spec?.replicas as number | undefined;
  return wanted === undefined ? undefined : `${(status?.readyReplicas as number | undefined) ?? 0} of ${wanted} ready`;
}
