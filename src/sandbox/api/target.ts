import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { type ApiError, notFound } from '../store/api-error.ts';
import { apiVersionOf, type Catalog } from '../store/catalog.ts';
import type { Registry } from '../store/registry.ts';

/** What a resource path names. */
export interface ResourceTarget {
  kind: Kind;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

/** The parameters of a resource path; the group is absent under /api. */
export type PathParameters = Readonly<Record<string, string | undefined>>;

/** They stand where a path of objects in the namespace has their plural. */
const namespaceSubresources = ['status', 'finalize'];

/** The kind and object that a path names; undefined where the server has no such path. */
export function targetOf(catalog: Catalog, parameters: PathParameters): ResourceTarget | undefined {
  const { group = '', version = '', plural = '', namespace, name, subresource } = parameters;
  const isOfNamespace = group === '' && name === undefined && namespaceSubresources.includes(plural);
  if (namespace !== undefined && isOfNamespace) {
    return targetOf(catalog, { version, plural: 'namespaces', name: namespace, subresource: plural });
  }
  const kind = catalog.byPlural(group, version, plural);
  if (!kind) return undefined;
  if (namespace !== undefined && !kind.namespaced) return undefined;
  if (name !== undefined && kind.namespaced && namespace === undefined) return undefined;
  return { kind, namespace, name, subresource };
}

/** The object that the path names, as it is now. */
export function liveOf({ kind, name = '', namespace }: ResourceTarget, registry: Registry): KubeObject | undefined {
  return registry.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, name, namespace);
}

export function missing({ kind, name }: ResourceTarget): ApiError {
  return notFound(kind, name ?? '');
}
