import { type KubeObject, refOf } from '../../core/objects.ts';
import { kindsOf } from '../objects/kinds.ts';
import { apiVersionOf, placeOf } from '../store/catalog.ts';
import { cleanupFinalizer, definitionsPlace } from '../store/definitions.ts';
import type { ServerRegistry } from '../store/open-registry.ts';

const manager = 'kube-apiserver';
const definitions = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/** Removes the objects of a definition that is being deleted, and then lets it go. Returns the way to stop. */
export function startDefinitionCleanup(registry: ServerRegistry): () => void {
  const objectsOf = (definition: KubeObject): KubeObject[] => {
    const served = kindsOf(definition).find((kind) => kind.served);
    return served ? registry.list({ apiVersion: apiVersionOf(served), kind: served.kind }) : [];
  };

  const settle = (definition: KubeObject | undefined): void => {
    if (!definition?.metadata.finalizers?.includes(cleanupFinalizer) || !definition.metadata.deletionTimestamp) return;
    for (const object of objectsOf(definition)) if (!object.metadata.deletionTimestamp) registry.delete(refOf(object));
    if (objectsOf(definition).length > 0) return;
    const { finalizers, resourceVersion: _current, ...metadata } = definition.metadata;
    const kept = finalizers.filter((held) => held !== cleanupFinalizer);
    registry.update({ ...definition, metadata: { ...metadata, finalizers: kept } }, { manager });
  };

  const definitionOf = (place: string): KubeObject | undefined =>
    registry.list(definitions).find(({ spec }) => placeOf({ group: spec.group, plural: spec.names.plural }) === place);

  return registry.store.followAll(({ type, place, object }) => {
    if (place === definitionsPlace) settle(registry.get(definitions, object.metadata.name));
    else if (type === 'DELETED') settle(definitionOf(place));
  });
}
