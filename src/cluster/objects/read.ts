import { defined } from '../../core/defined.ts';
import type { KindRef, KubeObject, ListOptions, ObjectRef } from '../../core/objects.ts';
import { titleOf } from '../../core/objects.ts';
import type { Resource } from './discovery.ts';
import { fetchJson, parseReply, send } from '../http/rest.ts';
import type { Request } from '../http/transport.ts';
import type { Client } from './client.ts';
import { collectionPath, objectPath } from './client.ts';

const pageSize = '500';

export interface KubeList {
  metadata: { resourceVersion?: string; continue?: string };
  items: KubeObject[] | null;
}

/** The object; undefined where it, its namespace or its kind is not there. */
export async function getObject(ref: ObjectRef, client: Client): Promise<KubeObject | undefined> {
  const resource = await client.discovery.find(ref, client.signal);
  if (resource === undefined) return undefined;
  const asked = `get ${titleOf(ref)}`;
  const path = objectPath(resource, ref, client);
  const reply = await send({ method: 'GET', path, asked }, client.wire, client.signal);
  return reply.code === 404 ? undefined : (parseReply(reply, asked) as KubeObject);
}

/** What is asked of a list, in whole or in pages. */
export interface ListRequest extends ListOptions {
  /** The forms that will do, the best one first; plain JSON where absent. */
  accept?: string;
}

/** All objects that match; empty where the kind is not served. */
export async function listObjects(kind: KindRef, options: ListOptions, client: Client): Promise<KubeObject[]> {
  const resource = await client.discovery.find(kind, client.signal);
  return resource === undefined ? [] : listPages(resource, options, client);
}

/** All objects of a resource that match, page by page. */
export async function listPages(resource: Resource, options: ListRequest, client: Client): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  let next: string | undefined;
  do {
    const page = await listPage(resource, { ...options, continue: next }, client);
    // The token of the next page expires with the server's history: then the list is read again, in one piece.
    if (page === 'expired') return itemsOf(await listWhole(resource, options, client), resource);
    objects.push(...itemsOf(page, resource));
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return objects;
}

async function listPage(
  resource: Resource,
  options: ListRequest & { continue: string | undefined },
  client: Client,
): Promise<KubeList | 'expired'> {
  const request = listRequest(resource, options);
  const query = { ...request.query, limit: pageSize, continue: options.continue };
  const reply = await send({ ...request, query }, client.wire, client.signal);
  return reply.code === 410 && options.continue !== undefined
    ? 'expired'
    : (parseReply(reply, request.asked) as KubeList);
}

/** The list without pages, with the resource version that a watch can start from. */
export async function listWhole(resource: Resource, options: ListRequest, client: Client): Promise<KubeList> {
  const request = listRequest(resource, options);
  return (await fetchJson(request, client.wire, client.signal)) as KubeList;
}

/** The request that lists or, with `watch`, follows a collection. */
export function listRequest(resource: Resource, options: ListRequest): Request {
  const { namespace, labelSelector, fieldSelector, accept } = options;
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`;
  return {
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: { labelSelector, fieldSelector },
    asked: `list ${resource.plural}${where}`,
    ...defined({ accept }),
  };
}

/** The items of a list, which do not repeat their kind. */
function itemsOf(list: KubeList, { apiVersion, kind }: KindRef): KubeObject[] {
  return (list.items ?? []).map((item) => ({ ...item, apiVersion, kind }));
}
