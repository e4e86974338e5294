import { randomUUID } from 'node:crypto';
import type { KindRef, KubeObject, ObjectRef } from '../../core/objects.ts';
import { serverSideApply } from '../objects/apply.ts';
import type { Kind } from '../objects/kinds.ts';
import { trackUpdate } from '../objects/managed-fields.ts';
import { ApiError, alreadyExists, conflict, notFound } from './api-error.ts';
import { applyConflict } from './apply-conflict.ts';
import { type Catalog, placeOf } from './catalog.ts';
import { established, isDefinition, serve } from './definitions.ts';
import { marked, requirePreconditions } from './deletion.ts';
import { generatedName } from './generated-name.ts';
import {
  asNewNamespace,
  holders,
  isNamespace,
  requireDeletable,
  requireNamespace,
  withFinalizersOf,
} from './namespaces.ts';
import { asCreated, asUpdated, decoded, isUnchanged, requireValid, timestamp } from './prepare.ts';
import type { DeleteRequest, Registry, RegistryWrite } from './registry.ts';
import { isService, withAddresses } from './service-address.ts';
import type { Store } from './store.ts';
import { atVersion } from './versions.ts';

interface ApplyRequest extends RegistryWrite {
  subresource?: 'status' | 'scale';
  force: boolean;
}

/** The registry as the HTTP server needs it: with server-side apply, and its parts in reach. */
export interface ServerRegistry extends Registry {
  readonly store: Store;
  readonly catalog: Catalog;
  /** Server-side apply. Throws ApiError 409 that names the managers whose fields it would take. */
  apply(object: KubeObject, request: ApplyRequest): { object: KubeObject; created: boolean };
}

export interface RegistryParts {
  store: Store;
  catalog: Catalog;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Stands for a validating webhook: why an object may not be written, undefined where it may. */
  deny?: (object: KubeObject) => string | undefined;
}

/** A registry over the store, for the kinds of the catalog; it keeps the catalog in step with the CustomResourceDefinitions. */
export function openRegistry({ store, catalog, now, deny }: RegistryParts): ServerRegistry {
  const stamp = (): string => timestamp(now());

  const kindOf = (ref: KindRef): Kind => {
    const kind = catalog.byKind(ref);
    if (kind) return kind;
    throw new ApiError(404, 'NotFound', `no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`, {});
  };

  const find = (kind: Kind, name: string, namespace: string | undefined): KubeObject | undefined => {
    const live = store.get(placeOf(kind), name, kind.namespaced ? namespace : undefined);
    return live && atVersion(live, kind);
  };

  const need = (kind: Kind, { name, namespace }: KubeObject['metadata']): KubeObject => {
    const live = find(kind, name, namespace);
    if (live) return live;
    throw notFound(kind, name);
  };

  const admit = (object: KubeObject): void => {
    const denial = deny?.(object);
    if (denial !== undefined) throw new ApiError(400, '', denial);
  };

  /** Stores the object, or removes it where it waited for its last finalizer. */
  const persist = (kind: Kind, object: KubeObject): KubeObject => {
    const leaving = object.metadata.deletionTimestamp !== undefined && holders(kind, object).length === 0;
    const kept = atVersion(object, catalog.storage(kind));
    const stored = leaving ? store.remove(placeOf(kind), kept) : store.put(placeOf(kind), kept);
    if (isDefinition(kind)) serve(catalog, stored, leaving);
    return atVersion(stored, kind);
  };

  const finishCreate = (kind: Kind, object: KubeObject, dryRun = false): KubeObject => {
    const { name, namespace } = object.metadata;
    if (find(kind, name, namespace)) throw alreadyExists(kind, name);
    const next = allocate(kind, object, undefined);
    return dryRun ? next : persist(kind, next);
  };

  const allocate = (kind: Kind, object: KubeObject, live: KubeObject | undefined): KubeObject => {
    if (isService(kind)) return withAddresses(object, live, store, kind);
    if (isDefinition(kind)) return established(object, stamp());
    if (!isNamespace(kind)) return object;
    return live ? withFinalizersOf(live, object) : asNewNamespace(object);
  };

  const prepareNew = (kind: Kind, sent: KubeObject): KubeObject => {
    const { generateName, resourceVersion } = sent.metadata;
    if (resourceVersion) throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
    const name = sent.metadata.name || (generateName ? generatedName(generateName) : '');
    const named = { ...sent, metadata: { ...sent.metadata, name } };
    requireNamespace(store, kind, named);
    const next = asCreated(decoded(named, kind), kind, { uid: randomUUID(), now: stamp() });
    requireValid(next, kind);
    admit(next);
    return next;
  };

  const finishUpdate = (kind: Kind, live: KubeObject, next: KubeObject, dryRun = false): KubeObject => {
    if (isUnchanged(live, next)) return live;
    return dryRun ? { ...next, metadata: { ...next.metadata, ...version(live) } } : persist(kind, next);
  };

  const prepareChange = (kind: Kind, live: KubeObject, sent: KubeObject, subresource?: string): KubeObject => {
    const changed = asUpdated(live, decoded(sent, kind), kind, subresource);
    const next = subresource === 'finalize' ? changed : allocate(kind, changed, live);
    requireValid(next, kind, live);
    if (subresource !== 'status') admit(next);
    return next;
  };

  const requireCurrent = (
    kind: Kind,
    live: KubeObject,
    { name, uid, resourceVersion }: KubeObject['metadata'],
  ): void => {
    if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) {
      throw conflict(
        kind,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
    if (uid && uid !== live.metadata.uid) {
      throw conflict(
        kind,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
      );
    }
  };

  return {
    store,
    catalog,
    get(ref, name, namespace) {
      const kind = catalog.byKind(ref);
      return kind && find(kind, name, namespace);
    },
    list(ref, namespace) {
      const kind = catalog.byKind(ref);
      if (!kind) return [];
      const all = store.list(placeOf(kind)).map((object) => atVersion(object, kind));
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
    },
    create(object, { manager, dryRun }) {
      const kind = kindOf(object);
      const after = prepareNew(kind, object);
      return finishCreate(kind, trackUpdate({ after, kind, manager, now: now() }), dryRun);
    },
    update(object, { manager, dryRun, subresource }) {
      const kind = kindOf(object);
      const live = need(kind, object.metadata);
      requireCurrent(kind, live, object.metadata);
      const after = prepareChange(kind, live, object, subresource);
      if (subresource === 'finalize') return finishUpdate(kind, live, after, dryRun);
      const tracked = trackUpdate({ before: live, after, kind, manager, now: now(), subresource });
      return finishUpdate(kind, live, tracked, dryRun);
    },
    apply(object, { manager, force, dryRun, subresource }) {
      const kind = kindOf(object);
      const live = find(kind, object.metadata.name, object.metadata.namespace);
      if (!live && subresource !== undefined) throw notFound(kind, object.metadata.name);
      if (live) requireCurrent(kind, live, object.metadata);
      const merged = serverSideApply({ live, applied: object, kind, manager, force, now: now(), subresource });
      if (merged.conflicts.length > 0 && !force) throw applyConflict(merged.conflicts);
      if (!live) return { object: finishCreate(kind, prepareNew(kind, merged.object), dryRun), created: true };
      const next = prepareChange(kind, live, merged.object, subresource);
      return { object: finishUpdate(kind, live, next, dryRun), created: false };
    },
    delete(ref: ObjectRef, request: DeleteRequest = {}) {
      const kind = kindOf(ref);
      const live = need(kind, ref);
      requirePreconditions(kind, live, request);
      requireDeletable(kind, ref.name);
      const next = marked(kind, live, request.propagation ?? 'Background', stamp());
      return finishUpdate(kind, live, next, request.dryRun);
    },
    watch(ref, listener) {
      const kind = kindOf(ref);
      return store.follow(placeOf(kind), undefined, ({ type, object }) =>
        listener({ type, object: atVersion(object, kind) }),
      );
    },
  };
}

function version({ metadata }: KubeObject): { resourceVersion?: string } {
  return metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion };
}
