import pMap from 'p-map';
import { defined } from '../../core/defined.ts';
import { groupOf, type KindRef, type KubeObject, type ListOptions } from '../../core/objects.ts';
import { ShiftError, type ErrorKind } from '../../errors.ts';
import type { Contents, Unseen } from '../cluster.ts';
import type { Client } from './client.ts';
import type { Resource, ServedVersion } from './discovery.ts';
import { listPages } from './read.ts';

/** Lists side by side: there may be hundreds of kinds. */
const concurrency = 10;

/** Metadata is all that is looked at; a server without that form may send whole objects. */
const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Failures that leave one question open, and not all. */
const passedOver: readonly ErrorKind[] = ['forbidden', 'notFound', 'rejected', 'cluster'];

/**
 * The metadata of what goes with a namespace: the objects of every kind that can be listed and deleted, each once, by whatever groups and versions it
 * is served. Events are left out: they only tell of others.
 * @throws ShiftError where nothing at all can be asked; or the signal's reason
 */
export async function contentsOf(
  namespace: string,
  options: Pick<ListOptions, 'labelSelector'>,
  client: Client,
): Promise<Contents> {
  const unseen: Unseen[] = [];
  const orTold = async <T>(about: Omit<Unseen, 'error'>, ask: () => Promise<T[]>): Promise<T[]> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ShiftError) || !passedOver.includes(error.kind)) throw error;
      const { apiVersion, kind, plural } = about;
      unseen.push({ apiVersion, ...defined({ kind, plural }), error });
      return [];
    }
  };
  const versions = await client.discovery.all(client.signal);
  const resources = await pMap(versions, (one) => orTold(one, () => resourcesOf(one, client.signal)), { concurrency });
  // That a kind is deprecated is nothing to whoever asks for all of them.
  const quiet = { ...client, wire: { ...client.wire, warn: () => {} } };
  const list = (one: Resource): Promise<KubeObject[]> => listPages(one, { ...options, namespace, accept }, quiet);
  const lists = await pMap(lasting(resources.flat()), (one) => orTold(one, () => list(one)), { concurrency });
  return { objects: distinct(lists.flat()), unseen };
}

/** @throws ShiftError cluster: its server does not tell */
async function resourcesOf(version: ServedVersion, signal: AbortSignal): Promise<Resource[]> {
  const found = version.stale ? undefined : await version.resources(signal);
  if (found) return found;
  const why = version.stale ? 'the server that has it does not answer' : 'it is announced, and not there';
  throw new ShiftError('cluster', `cannot ask which kinds the cluster serves in ${version.apiVersion}: ${why}`, {
    hint: 'see which API servers answer: kubectl get apiservices',
  });
}

/** The kinds whose objects a namespace's deletion deletes: what cannot be deleted is a view of something else, such as metrics of pods. */
function lasting(resources: readonly Resource[]): Resource[] {
  const kinds = new Map<string, Resource>();
  for (const resource of resources) {
    const { apiVersion, plural, namespaced, verbs } = resource;
    const counts = namespaced && verbs.includes('list') && verbs.includes('delete') && !isEvent(resource);
    const key = `${groupOf(apiVersion)}/${plural}`;
    if (counts && !kinds.has(key)) kinds.set(key, resource);
  }
  return [...kinds.values()];
}

function isEvent({ apiVersion, kind }: KindRef): boolean {
  return kind === 'Event' && ['', 'events.k8s.io'].includes(groupOf(apiVersion));
}

/** Some kinds are served by several groups, as the same objects. */
function distinct(objects: readonly KubeObject[]): KubeObject[] {
  const byUid = new Map<string | undefined, KubeObject>();
  for (const object of objects) if (!byUid.has(object.metadata.uid)) byUid.set(object.metadata.uid, object);
  return [...byUid.values()];
}
