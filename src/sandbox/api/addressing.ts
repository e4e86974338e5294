import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { celErrors } from '../objects/validation/cel.ts';
import { invalid as invalidValue } from '../objects/validation/field-error.ts';
import { badRequest, invalid } from '../store/api-error.ts';
import { apiVersionOf, type Catalog } from '../store/catalog.ts';
import type { ResourceTarget } from './target.ts';

/** The object as the request addresses it. Throws ApiError 400 or 422 where its body says otherwise. */
export function addressed(sent: Record<string, any>, target: ResourceTarget, catalog: Catalog): KubeObject {
  if (catalog.isCustom(target.kind)) requireCustomKind(sent, target.kind);
  else requireBuiltinKind(sent, target.kind, catalog);
  return inNamespace(sent, target);
}

/** The body with the version, kind and namespace of the request. Throws ApiError 400 for another namespace. */
export function inNamespace(sent: Record<string, any>, { kind, namespace }: ResourceTarget): KubeObject {
  const metadata = { ...sent['metadata'] };
  if (namespace === undefined) delete metadata.namespace;
  else if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  } else metadata.namespace = namespace;
  return { ...sent, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
}

/** A custom kind's objects must say what they are. */
function requireCustomKind(sent: Record<string, any>, kind: Kind): void {
  for (const field of ['Kind', 'apiVersion']) {
    if (sent[field === 'Kind' ? 'kind' : field]) continue;
    const text = JSON.stringify(sent);
    const problem = `Object '${field}' is missing in '${text}'`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${problem} (${text})`);
  }
  const apiVersion = apiVersionOf(kind);
  if (sent['apiVersion'] !== apiVersion) {
    throw badRequest(
      `the API version in the data (${sent['apiVersion']}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (sent['kind'] === kind.kind) return;
  // Its schema is another's, and so are its defaults; the real server asks no more than its rules.
  throw invalid({ group: kind.group, kind: sent['kind'] }, sent['metadata']?.name ?? '', [
    invalidValue('kind', sent['kind'], `must be ${kind.kind}`),
    ...celErrors(sent, kind.schema),
  ]);
}

/** Throws ApiError 400 unless what is applied says that it is of this kind. */
export function requireAppliedKind({ apiVersion = '', kind: given = '' }: Record<string, any>, kind: Kind): void {
  if (apiVersion === apiVersionOf(kind) && given === kind.kind) return;
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  throw badRequest(`invalid object type: ${groupVersion}, Kind=${given}`);
}

/** A built-in kind's object may leave out what it is, but not be another. */
export function requireBuiltinKind(sent: Record<string, any>, kind: Kind, catalog: Catalog): void {
  const problem = kindProblem(sent, kind, catalog);
  if (problem === undefined) return;
  const given = sent['kind'] || kind.kind;
  throw badRequest(
    `${given} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${problem}`,
  );
}

/** Why a body cannot be read as an object of this built-in kind; undefined where it can. */
export function kindProblem(sent: Record<string, any>, kind: Kind, catalog: Catalog): string | undefined {
  const given = { apiVersion: sent['apiVersion'] || apiVersionOf(kind), kind: sent['kind'] || kind.kind };
  if (given.apiVersion === apiVersionOf(kind) && given.kind === kind.kind) return undefined;
  const known = catalog.byKind(given);
  if (known) {
    const internal = kind.group === '' ? 'core' : kind.group;
    return `converting (${known.version}.${known.kind}) to (${internal}.${kind.kind}): unknown conversion`;
  }
  return `no kind ${JSON.stringify(given.kind)} is registered for version ${JSON.stringify(given.apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

/** The 422 for a patch that makes something else of the object than one of its kind; `shown` is what the message quotes. */
export function invalidPatch(shown: string, why: string): Error {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  return invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', field: 'patch', message }]);
}
