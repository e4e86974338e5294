import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { type Catalog, placeOf } from './catalog.ts';
import { isDefinition, serve } from './definitions.ts';
import { frozen } from './frozen.ts';
import { holders } from './namespaces.ts';
import type { Store } from './store.ts';
import { atVersion } from './versions.ts';

/** The store as one version of a kind sees it. What changes definitions changes the kinds that are served. */
export interface VersionedStore {
  find(kind: Kind, name: string, namespace: string | undefined): KubeObject | undefined;
  put(kind: Kind, object: KubeObject): KubeObject;
  /** Keeps the object, or removes it where it waited for its last finalizer. */
  keep(kind: Kind, object: KubeObject): KubeObject;
  remove(kind: Kind, object: KubeObject): KubeObject;
}

function released(object: KubeObject, { metadata: { resourceVersion } }: KubeObject): KubeObject {
  return frozen({ ...object, metadata: { ...object.metadata, resourceVersion: resourceVersion! } });
}

export function versioned(store: Store, catalog: Catalog): VersionedStore {
  const remove = (kind: Kind, object: KubeObject): KubeObject => {
    const removed = store.remove(placeOf(kind), atVersion(object, catalog.storage(kind)));
    if (isDefinition(kind)) serve(catalog, removed, true);
    return atVersion(removed, kind);
  };
  const put = (kind: Kind, object: KubeObject): KubeObject => {
    const stored = store.put(placeOf(kind), atVersion(object, catalog.storage(kind)));
    if (isDefinition(kind)) serve(catalog, stored, false);
    return atVersion(stored, kind);
  };
  return {
    remove,
    put,
    find(kind, name, namespace) {
      const live = store.get(placeOf(kind), name, kind.namespaced ? namespace : undefined);
      return live && atVersion(live, kind);
    },
    keep(kind, object) {
      const isReleased = object.metadata.deletionTimestamp !== undefined && holders(kind, object).length === 0;
      // The write is answered with what it made of the object, and watches see what was there before.
      if (isReleased) return released(object, remove(kind, object));
      return put(kind, object);
    },
  };
}
