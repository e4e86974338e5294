import type { KindRef } from '../../core/objects.ts';
import { groupOf } from '../../core/objects.ts';
import { fetchJson, parseReply, send } from '../http/rest.ts';
import type { Wire } from '../http/transport.ts';

/** A kind as the API server serves it. */
export interface Resource extends KindRef {
  plural: string;
  namespaced: boolean;
}

/** One version of a group; its resources are at hand, or cost a request the first time. */
interface ServedVersion {
  version: string;
  resources: (signal: AbortSignal) => Promise<Resource[]>;
}

/** What the API server serves, asked once per process. */
export interface Discovery {
  /** The kind at that version; undefined where it is not served. */
  find(kind: KindRef, signal: AbortSignal): Promise<Resource | undefined>;
  /** The versions of the group that serve the kind, in the server's order of preference. */
  versions(group: string, kind: string, signal: AbortSignal): Promise<string[]>;
}

const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(', ');

export function createDiscovery(wire: Wire): Discovery {
  const core = once((signal) => readVersion('v1', wire, signal));
  const groups = once((signal) => readGroups(wire, signal));
  const versionsOf = async (group: string, signal: AbortSignal): Promise<ServedVersion[]> =>
    group === '' ? [{ version: 'v1', resources: core }] : ((await groups(signal)).get(group) ?? []);

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
          const found = (await resources(signal)).some((resource) => resource.kind === kind);
          return found ? [version] : [];
        }),
      );
      return served.flat();
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
      resources?: { resource: string; scope: string; responseKind?: { kind: string } }[];
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
  return group.versions.map(({ version, resources = [] }) => {
    const known = resources.map(({ resource, scope, responseKind }) => ({
      apiVersion: `${group.metadata.name}/${version}`,
      kind: responseKind?.kind ?? '',
      plural: resource,
      namespaced: scope === 'Namespaced',
    }));
    return { version, resources: () => Promise.resolve(known) };
  });
}

function legacyVersions(group: LegacyGroup, wire: Wire): ServedVersion[] {
  const preferred = group.preferredVersion?.version;
  const inOrder = group.versions.toSorted(
    (left, right) => Number(right.version === preferred) - Number(left.version === preferred),
  );
  return inOrder.map(({ groupVersion, version }) => ({
    version,
    resources: once((signal) => readVersion(groupVersion, wire, signal)),
  }));
}

async function readVersion(apiVersion: string, wire: Wire, signal: AbortSignal): Promise<Resource[]> {
  const asked = `ask which kinds the cluster serves in ${apiVersion}`;
  const path = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
  const reply = await send({ method: 'GET', path, asked }, wire, signal);
  if (reply.code === 404) return [];
  const { resources } = parseReply(reply, asked) as {
    resources: { name: string; kind: string; namespaced: boolean }[];
  };
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
}
