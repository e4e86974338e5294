import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { conflict } from './api-error.ts';
import { cleanupFinalizer, isDefinition } from './definitions.ts';
import { isNamespace } from './namespaces.ts';
import type { DeleteRequest, Propagation } from './registry.ts';

/** Throws ApiError 409 where the object is not the one that the client meant. */
export function requirePreconditions(kind: Kind, live: KubeObject, request: DeleteRequest): void {
  const { name, uid, resourceVersion } = live.metadata;
  // The real server names the kind here where every other message has the plural.
  const subject = { group: kind.group, plural: kind.kind };
  if (request.uid !== undefined && request.uid !== uid) {
    const found = `does not match the UID in record (${uid})`;
    throw conflict(
      subject,
      name,
      `the UID in the precondition (${request.uid}) ${found}. The object might have been deleted and then recreated`,
    );
  }
  if (request.resourceVersion !== undefined && request.resourceVersion !== resourceVersion) {
    const found = `does not match the ResourceVersion in record (${resourceVersion})`;
    throw conflict(
      subject,
      name,
      `the ResourceVersion in the precondition (${request.resourceVersion}) ${found}. The object might have been modified`,
    );
  }
}

const finalizerOf = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined } as const;

/** The object once its deletion was asked for: with the finalizers that the deletion itself brings, and the time of the first request. */
export function marked(kind: Kind, live: KubeObject, propagation: Propagation, now: string): KubeObject {
  const own = (live.metadata.finalizers ?? []).filter((held) => held !== 'foregroundDeletion' && held !== 'orphan');
  const brought = [finalizerOf[propagation], isDefinition(kind) ? cleanupFinalizer : undefined];
  const finalizers = [...new Set([...own, ...brought.filter((finalizer) => finalizer !== undefined)])];
  const { finalizers: _before, ...metadata } = live.metadata;
  if (finalizers.length > 0) Object.assign(metadata, { finalizers });
  if (live.metadata.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = now;
    if (!isNamespace(kind)) metadata.deletionGracePeriodSeconds = 0;
    if (metadata.generation !== undefined) metadata.generation += 1;
  }
  const next = { ...live, metadata };
  return isNamespace(kind) ? { ...next, status: { ...next.status, phase: 'Terminating' } } : next;
}
