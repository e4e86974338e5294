import type { KindRef } from '../../core/objects.ts';
import { groupOf } from '../../core/objects.ts';
import { fetchJson, parseReply, send } from '../http/rest.ts';
import type { Wire } from '../http/transport.ts';

/** A kind as the API server serves it. */
export interface Resource extends KindRef {
  plural: string;
  namespaced: boolean;
  /** What may be asked for, such as `list`. */
  verbs: readonly string[];
}

/** One version of a group. */
export interface ServedVersion {
  apiVersion: string;
  version: string;
  /** Whether the server that has it could not be asked; the resources are then old ones, or none. */
  stale: boolean;
  /** They are at hand, or cost a request the first time; undefined where the version is named, and yet not there. */
  resources: (signal: AbortSignal) => Promise<Resource[] | undefined>;
}

/** What the API server serves, asked once per process unless all of it is asked for. */
export interface Discovery {
  /** The kind at that version; undefined where it is not served. */
  find(kind: KindRef, signal: AbortSignal): Promise<Resource | undefined>;
  /** The versions of the group that serve the kind, in the server's order of preference. */
  versions(group: string, kind: string, signal: AbortSignal): Promise<string[]>;
  /** Every version of every group, those of a group in the server's order of preference; asked anew, since kinds come and go. */
  all(signal: AbortSignal): Promise<ServedVersion[]>;
}

const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(', ');

export function createDiscovery(wire: Wire): Discovery {
  const anew = () => ({ core: askedFor('v1', wire), groups: once((signal) => readGroups(wire, signal)) });
  let known = anew();
  const versionsOf = async (group: string, signal: AbortSignal): Promise<ServedVersion[]> =>
    group === '' ? [known.core] : ((await known.groups(signal)).get(group) ?? []);

  return {
    async find({ apiVersion, kind }, signal) {
      const versions = await versionsOf(groupOf(apiVersion), signal);
      const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
      const resources = await versions.find((served) => served.version === version)?.resources(signal);
      return resources?.find((resource) => resource.kind === kind);
    },
    async versions(group, kind, signal) {
      const versions = await versionsOf(group, signal);
      const served = await Promise.all(
        versions.map(async ({ version, resources }) => {
          const found = await resources(signal);
          return found?.some((resource) => resource.kind === kind) ? [version] : [];
        }),
      );
      return served.flat();
    },
    async all(signal) {
      const { core, groups } = (known = anew());
      return [core, ...[...(await groups(signal)).values()].flat()];
    },
  };
}

/** Remembers a success; after a failure, or when whoever asked gives up, the next one in need of it asks again. */
function once<T>(make: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let made: { answer: Promise<T>; asker: AbortSignal } | undefined;
  return async function answer(signal): Promise<T> {
    const mine = (made ??= { answer: make(signal), asker: signal });
    try {
      return await mine.answer;
    } catch (error) {
      if (made === mine) made = undefined;
      if (mine.asker.aborted && !signal.aborted) return answer(signal);
      throw error;
    }
  };
}

type GroupDocument = AggregatedGroups | { kind: 'APIGroupList'; groups: LegacyGroup[] };

interface AggregatedGroups {
  kind: 'APIGroupDiscoveryList';
  items: {
    metadata: { name: string };
    versions: {
      version: string;
      freshness?: string;
      resources?: { resource: string; scope: string; responseKind?: { kind: string }; verbs?: string[] }[];
    }[];
  }[];
}

interface LegacyGroup {
  name: string;
  versions: { groupVersion: string; version: string }[];
  preferredVersion?: { version: string };
}

async function readGroups(wire: Wire, signal: AbortSignal): Promise<Map<string, ServedVersion[]>> {
  const asked = 'ask which APIs the cluster serves';
  const request = { method: 'GET', path: '/apis', accept: aggregated, asked } as const;
  const document = (await fetchJson(request, wire, signal)) as GroupDocument;
  return document.kind === 'APIGroupDiscoveryList'
    ? new Map(document.items.map((group) => [group.metadata.name, aggregatedVersions(group)]))
    : new Map(document.groups.map((group) => [group.name, legacyVersions(group, wire)]));
}

function aggregatedVersions(group: AggregatedGroups['items'][number]): ServedVersion[] {
  return group.versions.map(({ version, freshness, resources = [] }) => {
    const apiVersion = `${group.metadata.name}/${version}`;
    const known = resources.map(({ resource, scope, responseKind, verbs = [] }) => ({
      apiVersion,
      kind: responseKind?.kind ?? '',
      plural: resource,
      namespaced: scope === 'Namespaced',
      verbs,
    }));
    return { apiVersion, version, stale: freshness === 'Stale', resources: () => Promise.resolve(known) };
  });
}

function legacyVersions(group: LegacyGroup, wire: Wire): ServedVersion[] {
  const preferred = group.preferredVersion?.version;
  const inOrder = group.versions.toSorted(
    (left, right) => Number(right.version === preferred) - Number(left.version === preferred),
  );
  return inOrder.map(({ groupVersion }) => askedFor(groupVersion, wire));
}

/** A version whose resources are asked for when they are needed. */
function askedFor(apiVersion: string, wire: Wire): ServedVersion {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return { apiVersion, version, stale: false, resources: once((signal) => readVersion(apiVersion, wire, signal)) };
}

async function readVersion(apiVersion: string, wire: Wire, signal: AbortSignal): Promise<Resource[] | undefined> {
  const asked = `ask which kinds the cluster serves in ${apiVersion}`;
  const path = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
  const reply = await send({ method: 'GET', path, asked }, wire, signal);
  if (reply.code === 404) return undefined;
  const { resources } = parseReply(reply, asked) as {
    resources: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
  };
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs = [] }) => ({ apiVersion, kind, plural: name, namespaced, verbs }));
}
