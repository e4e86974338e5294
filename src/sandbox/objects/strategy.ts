import type { KubeObject } from '../../core/objects.ts';
import { isBuiltin, type Kind } from './kinds.ts';

/** `apps Deployment`; the core group is empty. */
type KindName = `${string} ${string}`;

const nameOf = ({ group, kind }: Pick<Kind, 'group' | 'kind'>): KindName => `${group} ${kind}`;

const madeByUpdates: ReadonlySet<KindName> = new Set<KindName>([
  ' Service',
  ' Endpoints',
  ' Event',
  ' LimitRange',
  'coordination.k8s.io Lease',
  'events.k8s.io Event',
]);

/** Whether an update of an object that is not there creates it. Source, as of all here: the strategies in kube-apiserver's pkg/registry. */
export function isMadeByUpdates(kind: Kind): boolean {
  return madeByUpdates.has(nameOf(kind));
}

const versioned: ReadonlySet<KindName> = new Set<KindName>([
  'coordination.k8s.io Lease',
  'apiextensions.k8s.io CustomResourceDefinition',
]);

/** Whether an update has to say which version of the object it was made for. */
export function needsVersion(kind: Kind): boolean {
  return !isBuiltin(kind) || versioned.has(nameOf(kind));
}

const uncounted = ['coordination.k8s.io', 'events.k8s.io', 'rbac.authorization.k8s.io'];

/** Whether objects of the kind carry a generation. */
export function countsGenerations({ group, kind }: Kind): boolean {
  return group === '' ? kind === 'Pod' : !uncounted.includes(group);
}

/** The part of an object whose change makes a new generation. */
export function generationBasis(object: KubeObject, kind: Kind): object {
  const { apiVersion: _a, kind: _k, metadata, status: _s, ...rest } = object;
  if (nameOf(kind) === 'apps Deployment') return { ...rest, annotations: metadata.annotations };
  if (nameOf(kind) === 'discovery.k8s.io EndpointSlice') return { ...rest, labels: metadata.labels };
  return rest;
}

type MetadataField = 'deletionTimestamp' | 'labels' | 'ownerReferences';

const keptByStatus: Readonly<Record<KindName, readonly MetadataField[]>> = {
  'apps Deployment': ['labels'],
  ' Pod': ['deletionTimestamp', 'ownerReferences'],
};

/** The fields of metadata that a write to the status leaves as they are; undefined for all but managedFields. */
export function metadataKeptByStatus(kind: Kind): readonly MetadataField[] | undefined {
  const isOwn = isBuiltin(kind) && kind.kind !== 'CustomResourceDefinition';
  return isOwn ? (keptByStatus[nameOf(kind)] ?? []) : undefined;
}

const paths: Readonly<Record<KindName, string>> = {
  ' Service': 'services/specs',
  ' Endpoints': 'services/endpoints',
  ' Node': 'minions',
};

/** Where the real server keeps the object in etcd: some refusals name the place. */
export function storageKey({ metadata }: KubeObject, kind: Kind): string {
  const { group, plural } = kind;
  const isOwn = isBuiltin(kind) && group !== 'apiextensions.k8s.io';
  const root = paths[nameOf(kind)] ?? (isOwn ? plural : `${group}/${plural}`);
  return ['/registry', root, metadata.namespace, metadata.name].filter(Boolean).join('/');
}
