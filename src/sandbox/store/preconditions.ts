import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { invalid as invalidValue } from '../objects/validation/field-error.ts';
import { type ApiError, conflict, invalid } from './api-error.ts';
import type { DeleteRequest } from './registry.ts';

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** Throws ApiError 409 where a write was made for another version of the object, or for another object of its name. */
export function requireCurrent(kind: Kind, live: KubeObject, sent: KubeObject): void {
  const { name, uid, resourceVersion } = sent.metadata;
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw conflict(kind, name, modified);
  if (uid && uid !== live.metadata.uid) throw conflict(kind, name, uidPrecondition(kind, live, uid));
}

/** The storage layer's words, which the real server passes on as they are. */
function uidPrecondition({ group, plural }: Kind, { metadata }: KubeObject, asked: string): string {
  const path = [group, plural, metadata.namespace, metadata.name].filter(Boolean).join('/');
  const failed = `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${metadata.uid}`;
  return `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
}

/** The 422 for a write that would give an object another uid than it has. */
export function immutableUid(kind: Kind, { metadata }: KubeObject): ApiError {
  return invalid(kind, metadata.name, [invalidValue('metadata.uid', metadata.uid, 'field is immutable')]);
}

/** Throws ApiError 409 where the object is not the one whose deletion was asked for. */
export function requirePreconditions(kind: Kind, live: KubeObject, request: DeleteRequest): void {
  const { name, uid, resourceVersion } = live.metadata;
  // The real server names the kind here where every other message has the plural.
  const subject = { group: kind.group, plural: kind.kind };
  const differs = (field: string, asked: string, found: string | undefined): string =>
    `the ${field} in the precondition (${asked}) does not match the ${field} in record (${found})`;
  if (request.uid !== undefined && request.uid !== uid) {
    throw conflict(
      subject,
      name,
      `${differs('UID', request.uid, uid)}. The object might have been deleted and then recreated`,
    );
  }
  if (request.resourceVersion !== undefined && request.resourceVersion !== resourceVersion) {
    const found = differs('ResourceVersion', request.resourceVersion, resourceVersion);
    throw conflict(subject, name, `${found}. The object might have been modified`);
  }
}
