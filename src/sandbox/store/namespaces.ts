import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { badRequest, forbidden, notFound } from './api-error.ts';
import type { Store } from './store.ts';

const namespacesPlace = '/namespaces';
const namespaces = { group: '', plural: 'namespaces' };

/** Namespaces that every cluster has from its start. */
export const initialNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const undeletable = ['default', 'kube-public', 'kube-system'];

export function isNamespace(kind: Pick<Kind, 'group' | 'kind'>): boolean {
  return kind.group === '' && kind.kind === 'Namespace';
}

/** Throws ApiError unless an object of this kind may be created in its namespace now. */
export function requireNamespace(store: Store, kind: Kind, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  if (!kind.namespaced) return;
  if (namespace === undefined)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const home = store.get(namespacesPlace, namespace);
  if (home === undefined) throw notFound(namespaces, namespace);
  if (home.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  throw forbidden(kind, name, why, [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }]);
}

/** Throws ApiError 403 for the namespaces that a cluster cannot be without. */
export function requireDeletable(kind: Kind, name: string): void {
  if (isNamespace(kind) && undeletable.includes(name)) throw forbidden(kind, name, 'this namespace may not be deleted');
}

/** A new namespace as the server stores it: active, named by label, and held until its content is gone. */
export function asNewNamespace(object: KubeObject): KubeObject {
  return { ...object, spec: { ...object.spec, finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
}

/** What still holds an object that is to be deleted. */
export function holders(kind: Kind, object: KubeObject): string[] {
  const own = isNamespace(kind) ? ((object.spec?.finalizers as string[] | undefined) ?? []) : [];
  return [...own, ...(object.metadata.finalizers ?? [])];
}

/** A namespace's finalizers change through its finalize subresource alone. */
export function withFinalizersOf(live: KubeObject, next: KubeObject): KubeObject {
  return { ...next, spec: { ...next.spec, ...live.spec } };
}
