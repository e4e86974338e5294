import type { KindRef, KubeObject, ObjectRef } from '../../core/objects.ts';

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

export interface RegistryWrite {
  /** Field manager that the write is recorded under in managedFields. */
  manager: string;
  subresource?: 'status' | 'scale' | 'finalize';
  dryRun?: boolean;
}

export type DeletePropagation = 'Foreground' | 'Background' | 'Orphan';

export interface DeleteRequest {
  /** Refuse with a 409 where the object has another uid. */
  uid?: string;
  /** Refuse with a 409 where the object is at another version. */
  resourceVersion?: string;
  /** What becomes of the objects that it owns; Background where absent. */
  propagation?: DeletePropagation;
  dryRun?: boolean;
}

/**
 * What the API server does to objects, without HTTP: defaults, validation, generation, managedFields, finalizers and optimistic
 * concurrency. The HTTP server and the controllers both stand on it. Every write throws ApiError with the Status that a client would get.
 * Objects that it hands out are frozen: copy them before changing them.
 */
export interface Registry {
  get(kind: KindRef, name: string, namespace?: string): KubeObject | undefined;
  list(kind: KindRef, namespace?: string): KubeObject[];
  create(object: KubeObject, write: RegistryWrite): KubeObject;
  /** Replaces the object; a stale metadata.resourceVersion is a 409, an absent one is taken as the current one. */
  update(object: KubeObject, write: RegistryWrite): KubeObject;
  /** Marks the object for deletion, or removes it where no finalizer holds it. */
  delete(ref: ObjectRef, request?: DeleteRequest): KubeObject;
  /** Calls back with an ADDED for every existing object, then with each change; never within the caller's own write. Returns the way to stop. */
  watch(kind: KindRef, listener: (event: WatchEvent) => void): () => void;
}

/** What reading takes of a registry. */
export type RegistryReads = Pick<Registry, 'get' | 'list'>;
