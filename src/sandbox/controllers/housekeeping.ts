import type { ServerRegistry } from '../store/open-registry.ts';
import { startDefinitionCleanup } from './definition-cleanup.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startNamespaceFinalizer } from './namespace-finalizer.ts';

/** Carries out every deletion that is more than the removal of one object. Returns the way to stop. */
export function startHousekeeping(registry: ServerRegistry): () => void {
  const ends = [startGarbageCollector(registry), startNamespaceFinalizer(registry), startDefinitionCleanup(registry)];
  return () => {
    for (const end of ends) end();
  };
}
