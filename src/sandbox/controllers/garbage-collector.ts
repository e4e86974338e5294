import { type KubeObject, type OwnerReference, refOf } from '../../core/objects.ts';
import { ApiError } from '../store/api-error.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import type { DeletePropagation } from '../store/registry.ts';

const manager = 'kube-controller-manager';
const foreground = 'foregroundDeletion';
const orphan = 'orphan';

const ownersOf = (object: KubeObject): readonly OwnerReference[] => object.metadata.ownerReferences ?? [];

/** Runs a write whose object may have gone, or changed, since the event that called for it; a later event then tells what to do. */
function attempt(write: () => void): void {
  try {
    write();
  } catch (error) {
    const passed = error instanceof ApiError && [404, 409].includes(error.status.code);
    if (!passed) throw error;
  }
}

/** Deletes what its owners have left behind, and carries out foreground and orphaning deletions. Returns the way to stop. */
export function startGarbageCollector(registry: ServerRegistry): () => void {
  const live = new Map<string, KubeObject>();

  const dependentsOf = (uid: string): KubeObject[] =>
    [...live.values()].filter((object) => ownersOf(object).some((owner) => owner.uid === uid));

  const remove = (object: KubeObject, propagation: DeletePropagation): void =>
    attempt(() => void registry.delete(refOf(object), { uid: object.metadata.uid!, propagation }));

  const keepOwners = (object: KubeObject, kept: readonly OwnerReference[]): void => {
    const { ownerReferences: _before, resourceVersion: _current, ...metadata } = object.metadata;
    const owned = kept.length > 0 ? { ownerReferences: [...kept] } : {};
    attempt(() => void registry.update({ ...object, metadata: { ...metadata, ...owned } }, { manager }));
  };

  const releaseFinalizer = (object: KubeObject, finalizer: string): void => {
    const { finalizers = [], resourceVersion: _current, ...metadata } = object.metadata;
    const kept = { finalizers: finalizers.filter((held) => held !== finalizer) };
    attempt(() => void registry.update({ ...object, metadata: { ...metadata, ...kept } }, { manager }));
  };

  /** An object lives on while one of its owners does. */
  const judge = (object: KubeObject): void => {
    const owners = ownersOf(object);
    const present = owners.filter((owner) => live.has(owner.uid));
    if (owners.length === 0 || present.length === owners.length || object.metadata.deletionTimestamp) return;
    if (present.length === 0) remove(object, 'Background');
    else keepOwners(object, present);
  };

  const deleteInForeground = (owner: KubeObject): void => {
    const dependents = dependentsOf(owner.metadata.uid!);
    for (const dependent of dependents) if (!dependent.metadata.deletionTimestamp) remove(dependent, 'Foreground');
    const blocks = ({ uid, blockOwnerDeletion }: OwnerReference): boolean =>
      uid === owner.metadata.uid && blockOwnerDeletion === true;
    if (!dependents.some((dependent) => ownersOf(dependent).some(blocks))) releaseFinalizer(owner, foreground);
  };

  const orphanDependents = (owner: KubeObject): void => {
    const { uid } = owner.metadata;
    for (const dependent of dependentsOf(uid!)) {
      keepOwners(
        dependent,
        ownersOf(dependent).filter((reference) => reference.uid !== uid),
      );
    }
    releaseFinalizer(owner, orphan);
  };

  const settle = (object: KubeObject): void => {
    const { finalizers = [], deletionTimestamp } = object.metadata;
    if (deletionTimestamp && finalizers.includes(foreground)) deleteInForeground(object);
    else if (deletionTimestamp && finalizers.includes(orphan)) orphanDependents(object);
    else judge(object);
  };

  return registry.store.followAll(({ type, object }) => {
    const uid = object.metadata.uid!;
    if (type !== 'DELETED') {
      live.set(uid, object);
      settle(object);
      return;
    }
    live.delete(uid);
    for (const dependent of dependentsOf(uid)) judge(dependent);
    for (const { uid: owner } of ownersOf(object)) if (live.has(owner)) settle(live.get(owner)!);
  });
}
