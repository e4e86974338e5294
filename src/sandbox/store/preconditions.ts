import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { needsVersion, storageKey } from '../objects/strategy.ts';
import { invalid as invalidValue } from '../objects/validation/field-error.ts';
import { badRequest, conflict, invalid } from './api-error.ts';
import { isNamespace } from './namespaces.ts';
import type { DeleteRequest } from './registry.ts';

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** Throws ApiError 409 where a write was made for another version of the object, or for another object of its name. */
export function requireCurrent(kind: Kind, live: KubeObject, sent: KubeObject): void {
  const { name, uid, resourceVersion } = sent.metadata;
  if (uid && uid !== live.metadata.uid) throw conflict(kind, name, uidPrecondition(kind, live, uid));
  requireVersionOf(live, kind, resourceVersion);
}

/** Throws ApiError 409 where an apply that creates names the uid of an object that should be there. */
export function requireNoUid(kind: Kind, { metadata: { name, uid } }: KubeObject): void {
  if (!uid) return;
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(kind, name, why);
}

/** Throws ApiError where an apply was made for another version of the object, 409, or for another object of its name, 422. */
export function requireApplicable(kind: Kind, live: KubeObject, { metadata }: KubeObject): void {
  const { name, uid, resourceVersion } = metadata;
  requireVersionOf(live, kind, resourceVersion);
  if (uid && uid !== live.metadata.uid)
    throw invalid(kind, name, [invalidValue('metadata.uid', uid, 'field is immutable')]);
}

function requireVersionOf({ metadata }: KubeObject, kind: Kind, asked: string | undefined): void {
  if (asked && asked !== metadata.resourceVersion) throw conflict(kind, metadata.name, modified);
}

/** Throws ApiError 422 where a client's update has to say which version it was made for, and does not. */
export function requireVersion(kind: Kind, { metadata }: KubeObject): void {
  if (metadata.resourceVersion || !needsVersion(kind)) return;
  const error = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
  // The real server names the plural here where every other 422 has the kind.
  throw invalid({ group: kind.group, kind: kind.plural }, metadata.name, [error]);
}

/** The storage layer's words, which the real server passes on as they are. */
function uidPrecondition(kind: Kind, live: KubeObject, asked: string): string {
  const failed = failedPrecondition('UID', asked, live.metadata.uid);
  const key = storageKey(live, kind);
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
}

/** Throws ApiError 400 unless the object has the name of the URL. */
export function requireName({ metadata }: KubeObject, name: string): void {
  if (!metadata.name) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name === name) return;
  throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}

/** Throws ApiError 409 where the object is not the one whose deletion was asked for. */
export function requirePreconditions(kind: Kind, live: KubeObject, request: DeleteRequest): void {
  const { name, uid, resourceVersion } = live.metadata;
  const [subject, differs] = isNamespace(kind) ? [kind, failedPrecondition] : [asKind(kind), ofOthers];
  if (request.uid !== undefined && request.uid !== uid) {
    throw conflict(subject, name, differs('UID', request.uid, uid));
  }
  if (request.resourceVersion !== undefined && request.resourceVersion !== resourceVersion) {
    throw conflict(subject, name, differs('ResourceVersion', request.resourceVersion, resourceVersion));
  }
}

/** The real server names the kind here where every other message has the plural. */
function asKind({ group, kind }: Kind): { group: string; plural: string } {
  return { group, plural: kind };
}

type Precondition = 'UID' | 'ResourceVersion';

const since: Readonly<Record<Precondition, string>> = {
  UID: 'deleted and then recreated',
  ResourceVersion: 'modified',
};

function ofOthers(field: Precondition, asked: string, found = ''): string {
  const differs = `the ${field} in the precondition (${asked}) does not match the ${field} in record (${found})`;
  return `${differs}. The object might have been ${since[field]}`;
}

/** In the storage layer's words, which the deletion of Namespaces, a program of its own in the real server, has too. */
function failedPrecondition(field: Precondition, asked: string, found = ''): string {
  return `Precondition failed: ${field} in precondition: ${asked}, ${field} in object meta: ${found}`;
}
