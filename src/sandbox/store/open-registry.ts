import { randomUUID } from 'node:crypto';
import type { KindRef, KubeObject } from '../../core/objects.ts';
import { serverSideApply } from '../objects/apply.ts';
import type { Kind } from '../objects/kinds.ts';
import { trackUpdate } from '../objects/managed-fields.ts';
import { ApiError, alreadyExists, notFound } from './api-error.ts';
import { applyConflict } from './apply-conflict.ts';
import { type Catalog, placeOf } from './catalog.ts';
import { marked } from './deletion.ts';
import { generatedName } from './generated-name.ts';
import { holders, requireDeletable, requireNamespace } from './namespaces.ts';
import { requireApplicable, requireCurrent, requireName, requireNoUid, requirePreconditions } from './preconditions.ts';
import {
  asCreated,
  atVersionOf,
  asUpdated,
  decoded,
  isUnchanged,
  requireValid,
  timestamp,
  unversioned,
  withoutStatus,
} from './prepare.ts';
import { isPod } from './pod-admission.ts';
import type { Registry, RegistryWrite } from './registry.ts';
import { withServerFields } from './server-fields.ts';
import { isService, requireAllocatable } from './service-address.ts';
import type { Store } from './store.ts';
import { versioned } from './versioned-store.ts';
import { atVersion } from './versions.ts';

interface ApplyRequest extends RegistryWrite {
  subresource?: 'status' | 'scale';
  force: boolean;
  /** Of the object that the request is about: that the applied one has the same is found out last. */
  name: string;
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
  const objects = versioned(store, catalog);
  const stamp = (): string => timestamp(now());

  const kindOf = (ref: KindRef): Kind => {
    const kind = catalog.byKind(ref);
    if (kind) return kind;
    throw new ApiError(404, 'NotFound', `no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`, {});
  };

  const need = (kind: Kind, name: string, namespace: string | undefined): KubeObject => {
    const live = objects.find(kind, name, namespace);
    if (live) return live;
    throw notFound(kind, name);
  };

  const admit = (object: KubeObject): void => {
    const denial = deny?.(object);
    if (denial !== undefined) throw new ApiError(400, '', denial);
  };

  const prepareNew = (kind: Kind, sent: KubeObject, dryRun = false): KubeObject => {
    const { generateName, resourceVersion } = sent.metadata;
    if (resourceVersion) throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
    const name = sent.metadata.name || (generateName ? generatedName(generateName) : '');
    const named = { ...sent, metadata: { ...sent.metadata, name } };
    requireNamespace(store, kind, named);
    if (isService(kind) && !dryRun) requireAllocatable(named, store);
    const next = asCreated(decoded(withoutStatus(named, kind), kind), kind, { uid: randomUUID(), now: stamp() });
    if (!catalog.isCustom(kind) && kind.subresources.includes('status')) next.status ??= {};
    requireValid(next, kind);
    admit(next);
    return next;
  };

  // What the server adds by itself comes after the owners of fields are recorded, here and below: nobody owns it.
  const finishCreate = (kind: Kind, tracked: KubeObject, dryRun = false): KubeObject => {
    const { name, namespace } = tracked.metadata;
    if (objects.find(kind, name, namespace)) throw alreadyExists(kind, name);
    const next = withServerFields(tracked, { kind, live: undefined, store, now: stamp() });
    return dryRun ? next : objects.keep(kind, next);
  };

  const commit = (
    kind: Kind,
    { live, next, dryRun }: { live: KubeObject; next: KubeObject; dryRun: boolean },
  ): KubeObject => {
    if (isUnchanged(live, next)) return live;
    const { resourceVersion } = live.metadata;
    return dryRun
      ? { ...next, metadata: { ...next.metadata, resourceVersion: resourceVersion! } }
      : objects.keep(kind, next);
  };

  const finishUpdate = (
    kind: Kind,
    live: KubeObject,
    change: Pick<RegistryWrite, 'subresource' | 'dryRun'> & { tracked: KubeObject },
  ): KubeObject => {
    const { tracked, subresource, dryRun = false } = change;
    const next = subresource === 'finalize' ? tracked : withServerFields(tracked, { kind, live, store, now: stamp() });
    requireValid(next, kind, live);
    if (subresource !== 'status') admit(next);
    return commit(kind, { live, next, dryRun });
  };

  return {
    store,
    catalog,
    get(ref, name, namespace) {
      const kind = catalog.byKind(ref);
      return kind && objects.find(kind, name, namespace);
    },
    list(ref, namespace) {
      const kind = catalog.byKind(ref);
      if (!kind) return [];
      const all = store.list(placeOf(kind)).map((object) => atVersion(object, kind));
      const isWanted = namespace !== undefined && kind.namespaced;
      return isWanted ? all.filter((object) => object.metadata.namespace === namespace) : all;
    },
    create(object, { manager, dryRun }) {
      const kind = kindOf(object);
      const after = prepareNew(kind, object, dryRun);
      return finishCreate(kind, trackUpdate({ after, kind, manager, now: now() }), dryRun);
    },
    update(object, { manager, subresource, ...write }) {
      const kind = kindOf(object);
      const live = need(kind, object.metadata.name, object.metadata.namespace);
      requireCurrent(kind, live, object);
      const after = asUpdated(live, decoded(object, kind), kind, subresource);
      if (subresource === 'finalize') return finishUpdate(kind, live, { ...write, subresource, tracked: after });
      const tracked = trackUpdate({ before: live, after, kind, manager, now: now(), subresource });
      return finishUpdate(kind, live, { ...write, ...(subresource ? { subresource } : {}), tracked });
    },
    apply(object, { name, manager, force, subresource, ...write }) {
      const kind = kindOf(object);
      const { namespace } = object.metadata;
      const live = objects.find(kind, name, namespace);
      if (!live && subresource !== undefined) throw notFound(kind, name);
      const merged = serverSideApply({ live, applied: object, kind, manager, force, now: now(), subresource });
      if (merged.conflicts.length > 0 && !force) throw applyConflict(merged.conflicts);
      if (!live) requireNoUid(kind, object);
      requireName(object, name);
      if (!live) {
        const created = finishCreate(kind, prepareNew(kind, unversioned(merged.object)), write.dryRun);
        // What is not stored keeps the version that it was sent with.
        return { object: write.dryRun ? atVersionOf(created, object) : created, created: true };
      }
      requireApplicable(kind, live, object);
      const tracked = asUpdated(live, decoded(merged.object, kind), kind, subresource);
      const updated = finishUpdate(kind, live, { ...write, ...(subresource ? { subresource } : {}), tracked });
      return { object: updated, created: false };
    },
    delete(ref, { propagation = 'Background', dryRun = false, ...preconditions } = {}) {
      const kind = kindOf(ref);
      const live = need(kind, ref.name, ref.namespace);
      requirePreconditions(kind, live, preconditions);
      requireDeletable(kind, ref.name);
      const next = marked(kind, live, propagation, stamp());
      if (holders(kind, next).length > 0) return commit(kind, { live, next, dryRun });
      // A pod is seen to be on its way out even where nothing holds it; all else goes as it is.
      if (isPod(kind)) return dryRun ? next : objects.remove(kind, objects.put(kind, next));
      return dryRun ? live : objects.remove(kind, live);
    },
    watch(ref, listener) {
      const kind = kindOf(ref);
      return store.follow(placeOf(kind), undefined, ({ type, object }) =>
        listener({ type, object: atVersion(object, kind) }),
      );
    },
  };
}
