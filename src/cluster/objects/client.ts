import type { KindRef, ObjectRef } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Discovery, Resource } from './discovery.ts';
import type { Wire } from '../http/transport.ts';

/** What every request to the cluster stands on. */
export interface Client {
  wire: Wire;
  discovery: Discovery;
  /** For namespaced objects that name none. */
  namespace: string;
  /** The field manager of writes that name none. */
  manager: string;
  signal: AbortSignal;
}

/** The resource of a kind that must be served. @throws ShiftError notFound */
export async function servedResource(kind: KindRef, client: Client): Promise<Resource> {
  const resource = await client.discovery.find(kind, client.signal);
  if (resource !== undefined) return resource;
  throw new ShiftError('notFound', `the cluster serves no ${kind.kind} in ${kind.apiVersion}`, {
    hint: 'install what defines it; to list what is served: kubectl api-resources',
  });
}

/** Path of a collection; of all namespaces where a namespaced kind is given none. */
export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const root = resource.apiVersion.includes('/') ? '/apis' : '/api';
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${resource.apiVersion}${scope}/${resource.plural}`;
}

export function objectPath(resource: Resource, ref: ObjectRef, client: Client): string {
  return `${collectionPath(resource, ref.namespace ?? client.namespace)}/${encodeURIComponent(ref.name)}`;
}
