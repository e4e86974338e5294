import { defined } from '../../core/defined.ts';
import { ApiError } from '../store/api-error.ts';
import type { Asked } from './call.ts';
import { user } from './identity.ts';

const resourcePath =
  /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>.+))?$/;

const writes: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function verbOf({ method, query }: Asked, name: string | undefined): string {
  const written = writes[method];
  if (method === 'DELETE' && name === undefined) return 'deletecollection';
  if (written !== undefined) return written;
  if (name !== undefined) return 'get';
  return query.has('watch') ? 'watch' : 'list';
}

/** The 403 of an API server's authorizer, in its own words. */
export function denial(call: Asked, { username } = user): ApiError {
  const parts = resourcePath.exec(call.path)?.groups;
  const who = `User "${username}" cannot`;
  if (!parts) {
    return new ApiError(403, 'Forbidden', `forbidden: ${who} ${call.method.toLowerCase()} path "${call.path}"`, {});
  }
  const { group = '', plural = '', name, subresource } = parts;
  // A namespace is taken to be in itself.
  const namespace = group === '' && plural === 'namespaces' ? name : parts['namespace'];
  const kind = group === '' ? plural : `${plural}.${group}`;
  const object = name === undefined ? kind : `${kind} "${name}"`;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${object} is forbidden: ${who} ${verbOf(call, name)} resource "${resource}" in API group "${group}" ${where}`;
  return new ApiError(403, 'Forbidden', message, {
    ...defined({ name }),
    ...(group === '' ? {} : { group }),
    kind: plural,
  });
}
