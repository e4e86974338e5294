import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { cleanupFinalizer, isDefinition } from './definitions.ts';
import { isNamespace } from './namespaces.ts';
import type { DeletePropagation } from './registry.ts';

const finalizerOf = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined } as const;

/** The object once its deletion was asked for: with the finalizers that the deletion itself brings, and the time of the first request. */
export function marked(kind: Kind, live: KubeObject, propagation: DeletePropagation, now: string): KubeObject {
  const own = (live.metadata.finalizers ?? []).filter((held) => held !== 'foregroundDeletion' && held !== 'orphan');
  // Nothing can be owned by an Event.
  const waits = kind.kind === 'Event' ? undefined : finalizerOf[propagation];
  const brought = [waits, isDefinition(kind) ? cleanupFinalizer : undefined];
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
