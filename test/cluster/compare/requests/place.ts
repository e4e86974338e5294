import { requestName } from '../exchange.ts';
import type { Subject } from './subjects.ts';

/** Where the requests' objects are, unless they are watched. */
export const namespace = 'compare';

export const mergePatch = 'application/merge-patch+json';
export const jsonPatch = 'application/json-patch+json';
export const strategicPatch = 'application/strategic-merge-patch+json';
export const applyPatch = 'application/apply-patch+yaml';
export const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
export const metadataOnly = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
export const metadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** Where a subject's objects are, and what they are called. */
export function placeOf({ apiVersion, kind, plural, namespaced, custom, fields }: Subject, home = namespace) {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  // Versions of one kind share their objects: each has names of its own.
  const mine = (name: string) => `${apiVersion.split('/').pop()}-${name}`;
  const about = `${apiVersion} ${kind}`;
  const all = namespaced ? `${root}/namespaces/${home}/${plural}` : `${root}/${plural}`;
  return {
    about,
    all,
    mine,
    /** The object that requests create and change, and the one that they apply. */
    one: `${all}/${mine('one')}`,
    applied: `${all}/${mine('applied')}`,
    /** Whether an update has to say which version it was made for. */
    insists: custom || kind === 'Lease',
    nameOf: (what: string) => requestName({ about, what }),
    named: (name: string, rest: unknown = fields) => ({
      apiVersion,
      kind,
      metadata: { name: mine(name) },
      ...(rest as object),
    }),
  };
}
