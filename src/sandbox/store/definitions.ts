import type { Condition, KubeObject } from '../../core/objects.ts';
import { type Kind, kindsOf } from '../objects/kinds.ts';
import type { Catalog } from './catalog.ts';

/** Where the definitions are kept. */
export const definitionsPlace = 'apiextensions.k8s.io/customresourcedefinitions';

/** Finalizer under which a definition's objects are removed before the definition itself. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export function isDefinition(kind: Pick<Kind, 'group' | 'kind'>): boolean {
  return kind.group === 'apiextensions.k8s.io' && kind.kind === 'CustomResourceDefinition';
}

/** The definition with the status of one whose names are accepted and whose kinds are served. */
export function established(definition: KubeObject, now: string): KubeObject {
  const { names, versions } = definition.spec;
  const kept: string[] = definition.status?.storedVersions ?? [];
  const storage: string[] = versions.filter((version: any) => version.storage).map((version: any) => version.name);
  const conditions: Condition[] = definition.status?.conditions ?? [
    condition('NamesAccepted', 'NoConflicts', 'no conflicts found', now),
    condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted', now),
  ];
  const acceptedNames = { listKind: `${names.kind}List`, singular: names.kind.toLowerCase(), ...names };
  const storedVersions = [...new Set([...kept, ...storage])];
  return { ...definition, status: { ...definition.status, acceptedNames, conditions, storedVersions } };
}

function condition(type: string, reason: string, message: string, now: string): Condition {
  return { type, status: 'True', lastTransitionTime: now, reason, message };
}

/** Serves the definition's kinds, or ends serving them where it is gone. */
export function serve(catalog: Catalog, definition: KubeObject, gone: boolean): void {
  if (gone) catalog.undefine(definition.metadata.name);
  else catalog.define(definition.metadata.name, kindsOf(definition));
}
