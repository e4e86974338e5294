import { type Condition, type KubeObject, refOf } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { apiVersionOf, placeOf } from '../store/catalog.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { timestamp } from '../store/prepare.ts';

const manager = 'kube-controller-manager';
const namespaces = { apiVersion: 'v1', kind: 'Namespace' };

interface Remains {
  kind: Kind;
  objects: KubeObject[];
}

/** One kind a place, whatever versions are served. */
function namespacedKinds(registry: ServerRegistry): Kind[] {
  const byPlace = new Map(registry.catalog.all().map((kind) => [placeOf(kind), kind]));
  return [...byPlace.values()].filter((kind) => kind.namespaced);
}

function contentOf(registry: ServerRegistry, namespace: string): Remains[] {
  return namespacedKinds(registry)
    .map((kind) => ({ kind, objects: registry.list({ apiVersion: apiVersionOf(kind), kind: kind.kind }, namespace) }))
    .filter(({ objects }) => objects.length > 0);
}

/** The conditions that tell why a namespace is not gone yet, in the words of a real cluster. */
function conditionsOf(remains: readonly Remains[], now: string): Condition[] {
  const kinds = remains.map(({ kind, objects }) => {
    const name = `${kind.plural}.${kind.group}`;
    return `${name} has ${objects.length} resource instances`;
  });
  const held = new Map<string, number>();
  for (const object of remains.flatMap(({ objects }) => objects)) {
    for (const finalizer of object.metadata.finalizers ?? []) held.set(finalizer, (held.get(finalizer) ?? 0) + 1);
  }
  const finalizers = [...held].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort();
  const condition = (type: string, status: 'True' | 'False', [reason, message]: [string, string]): Condition => ({
    type,
    status,
    lastTransitionTime: now,
    reason,
    message,
  });
  return [
    condition('NamespaceDeletionDiscoveryFailure', 'False', [
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ]),
    condition('NamespaceDeletionGroupVersionParsingFailure', 'False', [
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ]),
    condition('NamespaceDeletionContentFailure', 'False', [
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ]),
    condition('NamespaceContentRemaining', 'True', [
      'SomeResourcesRemain',
      `Some resources are remaining: ${kinds.sort().join(', ')}`,
    ]),
    finalizers.length === 0
      ? condition('NamespaceFinalizersRemaining', 'False', [
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ])
      : condition('NamespaceFinalizersRemaining', 'True', [
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
        ]),
  ];
}

/** Empties namespaces that are being deleted, and lets them go once they are empty. Returns the way to stop. */
export function startNamespaceFinalizer(registry: ServerRegistry): () => void {
  const empty = (namespace: string): void => {
    for (const { objects } of contentOf(registry, namespace)) {
      for (const object of objects) if (!object.metadata.deletionTimestamp) registry.delete(refOf(object));
    }
  };

  const release = (live: KubeObject): void => {
    const { resourceVersion: _current, ...metadata } = live.metadata;
    registry.update({ ...live, metadata, spec: { finalizers: [] } }, { manager, subresource: 'finalize' });
  };

  const report = (live: KubeObject, remains: readonly Remains[]): void => {
    const conditions = conditionsOf(remains, timestamp(Date.now()));
    const known: Condition[] = live.status?.conditions ?? [];
    const next = conditions.map((condition) => {
      const same = known.find(({ type, status }) => type === condition.type && status === condition.status);
      return same ? { ...condition, lastTransitionTime: same.lastTransitionTime! } : condition;
    });
    const { resourceVersion: _current, ...metadata } = live.metadata;
    registry.update(
      { ...live, metadata, status: { ...live.status, conditions: next } },
      { manager, subresource: 'status' },
    );
  };

  const settle = (name: string): void => {
    const live = registry.get(namespaces, name);
    if (!live?.metadata.deletionTimestamp) return;
    empty(name);
    const remains = contentOf(registry, name);
    if (remains.length === 0) release(live);
    else report(live, remains);
  };

  return registry.store.followAll(({ type, place, object }) => {
    const { name, namespace } = object.metadata;
    if (place === '/namespaces' && type !== 'DELETED') settle(name);
    else if (namespace !== undefined && type === 'DELETED') settle(namespace);
  });
}
