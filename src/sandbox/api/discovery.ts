import type { Kind } from '../objects/kinds.ts';
import { apiVersionOf } from '../store/catalog.ts';
import { type ApiResource, apiResources } from './api-resources.ts';
import { byPreference } from './versions-order.ts';

/** The order in which a real server names its own groups; custom groups come after, by name. */
const builtinGroups = [
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'apiextensions.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
];

interface GroupVersions {
  group: string;
  versions: readonly string[];
}

/** The served groups but the core one, each with its versions in order of preference. */
function groupsOf(kinds: readonly Kind[]): GroupVersions[] {
  const versions = new Map<string, Set<string>>();
  for (const { group, version } of kinds) {
    if (group !== '') versions.set(group, (versions.get(group) ?? new Set()).add(version));
  }
  return [...versions]
    .map(([group, names]) => ({ group, versions: [...names].sort(byPreference) }))
    .sort((a, b) => rank(a.group) - rank(b.group) || a.group.localeCompare(b.group));
}

function rank(group: string): number {
  const at = builtinGroups.indexOf(group);
  return at < 0 ? builtinGroups.length : at;
}

/** `/api`. */
export function coreVersions(address: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

function apiGroup({ group, versions }: GroupVersions): object {
  const listed = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: listed, preferredVersion: listed[0] };
}

/** `/apis`. */
export function groupList(kinds: readonly Kind[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(kinds).map(apiGroup) };
}

/** `/apis/GROUP`; undefined where the group is not served. */
export function oneGroup(kinds: readonly Kind[], name: string): object | undefined {
  const found = groupsOf(kinds).find(({ group }) => group === name);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found) };
}

/** The kinds of a group-version by name, which is the order in which `kubectl get all` shows them. */
function at(kinds: readonly Kind[], group: string, version: string): Kind[] {
  return kinds
    .filter((kind) => kind.group === group && kind.version === version)
    .sort((a, b) => (a.plural < b.plural ? -1 : 1));
}

/** `/api/v1` and `/apis/GROUP/VERSION`; undefined where that is not served. */
export function resourceList(kinds: readonly Kind[], group: string, version: string): object | undefined {
  const found = at(kinds, group, version);
  if (found.length === 0) return undefined;
  const groupVersion = apiVersionOf({ group, version });
  const apiVersion = group === '' ? {} : { apiVersion: 'v1' };
  const resources = found.flatMap(apiResources).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { kind: 'APIResourceList', ...apiVersion, groupVersion, resources };
}

/** The whole of discovery in one document; the core group alone for `/api`, the others for `/apis`. */
export function aggregated(kinds: readonly Kind[], documentVersion: string, core: boolean): object {
  const groups = core ? [{ group: '', versions: ['v1'] }] : groupsOf(kinds);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${documentVersion}`,
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: at(kinds, group, version).map(discoveryOf),
        freshness: 'Current',
      })),
    })),
  };
}

function discoveryOf(kind: Kind): object {
  const [self, ...subresources] = apiResources(kind) as [ApiResource, ...ApiResource[]];
  const { group, version } = kind;
  return {
    resource: self.name,
    responseKind: { group, version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: self.singularName,
    verbs: self.verbs,
    ...(self.shortNames ? { shortNames: self.shortNames } : {}),
    ...(self.categories ? { categories: self.categories } : {}),
    ...(subresources.length > 0 ? { subresources: subresources.map((line) => subresourceOf(line, kind)) } : {}),
  };
}

function subresourceOf(line: ApiResource, { group, version }: Kind): object {
  return {
    subresource: line.name.slice(line.name.indexOf('/') + 1),
    responseKind: { group: line.group ?? group, version: line.version ?? version, kind: line.kind },
    verbs: line.verbs,
  };
}
