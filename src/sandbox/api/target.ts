import type { Kind } from '../objects/kinds.ts';
import { type ApiError, notFound } from '../store/api-error.ts';
import type { Catalog } from '../store/catalog.ts';

/** What a resource path names. */
export interface Target {
  kind: Kind;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

/** The parameters of a resource path; the group is absent under /api. */
export type PathParameters = Readonly<Record<string, string | undefined>>;

/** The kind and object that a path names; undefined where the server has no such path. */
export function targetOf(catalog: Catalog, parameters: PathParameters): Target | undefined {
  const { group = '', version = '', plural = '', namespace, name, subresource } = parameters;
  const kind = catalog.byPlural(group, version, plural);
  if (!kind) return undefined;
  if (namespace !== undefined && !kind.namespaced) return undefined;
  if (name !== undefined && kind.namespaced && namespace === undefined) return undefined;
  return { kind, namespace, name, subresource };
}

export function missing({ kind, name }: Target): ApiError {
  return notFound(kind, name ?? '');
}
