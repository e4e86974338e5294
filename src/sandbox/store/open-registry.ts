import { randomUUID } from 'node:crypto';
import type { KindRef, KubeObject, ObjectRef } from '../../core/objects.ts';
import { serverSideApply } from '../objects/apply.ts';
import type { Kind } from '../objects/kinds.ts';
import { trackUpdate } from '../objects/managed-fields.ts';
import { type FieldError, invalid as invalidValue } from '../objects/validation/field-error.ts';
import { ApiError, alreadyExists, conflict, invalid, notFound } from './api-error.ts';
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
import { asCreated, asUpdated, decoded, isUnchanged, requireValid, timestamp, withoutStatus } from './prepare.ts';
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

  const remove = (kind: Kind, object: KubeObject): KubeObject => {
    const removed = store.remove(placeOf(kind), atVersion(object, catalog.storage(kind)));
    if (isDefinition(kind)) serve(catalog, removed, true);
    return atVersion(removed, kind);
  };

  /** Stores the object, or removes it where it waited for its last finalizer. */
  const persist = (kind: Kind, object: KubeObject): KubeObject => {
    if (object.metadata.deletionTimestamp !== undefined && holders(kind, object).length === 0)
      return remove(kind, object);
    const stored = store.put(placeOf(kind), atVersion(object, catalog.storage(kind)));
    if (isDefinition(kind)) serve(catalog, stored, false);
    return atVersion(stored, kind);
  };

  const finishCreate = (kind: Kind, object: KubeObject, dryRun = false): KubeObject => {
    const { name, namespace } = object.metadata;
    if (find(kind, name, namespace)) throw alreadyExists(kind, name);
    const next = allocate(kind, object, undefined);
    return dryRun ? next : persist(kind, next);
  };

  const allocate = (kind: Kind, object: KubeObject, live: KubeObject | undefined): KubeObject => {
    if (isService(kind)) return withAddresses(object, live, { store, kind });
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
    const next = asCreated(decoded(withoutStatus(named, kind), kind), kind, { uid: randomUUID(), now: stamp() });
    if (!catalog.isCustom(kind) && kind.subresources.includes('status')) next.status ??= {};
    requireValid(next, kind);
    admit(next);
    return next;
  };

  const commit = (kind: Kind, live: KubeObject, next: KubeObject, dryRun = false): KubeObject => {
    if (isUnchanged(live, next)) return live;
    return dryRun ? { ...next, metadata: { ...next.metadata, ...version(live) } } : persist(kind, next);
  };

  /** What the server adds by itself comes after the owners of fields are recorded: nobody owns it. */
  const finishUpdate = (
    kind: Kind,
    live: KubeObject,
    tracked: KubeObject,
    write: Omit<RegistryWrite, 'manager'>,
  ): KubeObject => {
    const next = write.subresource === 'finalize' ? tracked : allocate(kind, tracked, live);
    requireValid(next, kind, live);
    if (write.subresource !== 'status') admit(next);
    return commit(kind, live, next, write.dryRun);
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
      throw conflict(kind, name, uidPrecondition(kind, live, uid));
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
    update(object, write) {
      const kind = kindOf(object);
      const live = need(kind, object.metadata);
      requireCurrent(kind, live, object.metadata);
      const { manager, subresource } = write;
      const after = asUpdated(live, decoded(object, kind), kind, subresource);
      if (subresource === 'finalize') return finishUpdate(kind, live, after, write);
      const tracked = trackUpdate({ before: live, after, kind, manager, now: now(), subresource });
      return finishUpdate(kind, live, tracked, write);
    },
    apply(object, { manager, force, dryRun, subresource }) {
      const kind = kindOf(object);
      const { name, namespace, uid } = object.metadata;
      const live = find(kind, name, namespace);
      if (!live && subresource !== undefined) throw notFound(kind, name);
      const merged = serverSideApply({ live, applied: object, kind, manager, force, now: now(), subresource });
      if (merged.conflicts.length > 0 && !force) throw applyConflict(merged.conflicts);
      if (uid && uid !== live?.metadata.uid) throw invalid(kind, name, [newUid(uid)]);
      if (!live) {
        const created = prepareNew(kind, unversioned(merged.object));
        return { object: finishCreate(kind, created, dryRun), created: true };
      }
      requireCurrent(kind, live, object.metadata);
      const after = asUpdated(live, decoded(merged.object, kind), kind, subresource);
      const write = { ...(dryRun ? { dryRun } : {}), ...(subresource ? { subresource } : {}) };
      return { object: finishUpdate(kind, live, after, write), created: false };
    },
    delete(ref: ObjectRef, request: DeleteRequest = {}) {
      const kind = kindOf(ref);
      const live = need(kind, ref);
      requirePreconditions(kind, live, request);
      requireDeletable(kind, ref.name);
      const next = marked(kind, live, request.propagation ?? 'Background', stamp());
      // What nothing holds goes as it is: only what has to wait is seen to be on its way out.
      if (holders(kind, next).length === 0) return request.dryRun ? live : remove(kind, live);
      return commit(kind, live, next, request.dryRun);
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

/** An apply that creates takes no notice of the version that its object was read at. */
function unversioned(object: KubeObject): KubeObject {
  const { resourceVersion: _read, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function newUid(uid: string): FieldError {
  return invalidValue('metadata.uid', uid, 'field is immutable');
}

/** The storage layer's words, which the real server passes on as they are. */
function uidPrecondition({ group, plural }: Kind, { metadata }: KubeObject, asked: string): string {
  const path = [group, plural, metadata.namespace, metadata.name].filter(Boolean).join('/');
  const failed = `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${metadata.uid}`;
  return `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
}
