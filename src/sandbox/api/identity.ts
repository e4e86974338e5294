import type { IncomingMessage } from 'node:http';
import { defined } from '../../core/defined.ts';
import { type ApiError, badRequest } from '../store/api-error.ts';
import type { Asked, Identity } from './call.ts';

const administrators = 'system:masters';
const known = 'system:authenticated';

/** The only user there is; requests may still be made in the name of others, who may do next to nothing. */
export const user: Identity = { username: 'tcpshift-sandbox', groups: [administrators, known] };

const extraPrefix = 'impersonate-extra-';

/** The one in whose name the request is made. Throws ApiError 400 where its headers name all but the user. */
export function identityOf({ headersDistinct: headers }: Pick<IncomingMessage, 'headersDistinct'>): Identity {
  const [username] = headers['impersonate-user'] ?? [];
  const [uid] = headers['impersonate-uid'] ?? [];
  const groups = headers['impersonate-group'] ?? [];
  const extra = Object.entries(headers).filter(([name]) => name.startsWith(extraPrefix));
  if (username === undefined) {
    if (groups.length + extra.length === 0 && uid === undefined) return user;
    throw nameless(uid, groups);
  }
  const named = extra.map(([name, values]) => [decodeURIComponent(name.slice(extraPrefix.length)), values ?? []]);
  return {
    username,
    ...defined({ uid }),
    groups: [...(groups.length > 0 ? groups : impliedGroups(username)), known],
    ...(named.length > 0 ? { extra: Object.fromEntries(named) } : {}),
  };
}

/** The real server shows what it was asked for as Go prints it; more than uid and groups is left out here. */
function nameless(uid = '', groups: readonly string[]): ApiError {
  const list = groups.length > 0 ? `{${groups.map((group) => JSON.stringify(group)).join(', ')}}` : '(nil)';
  const asked = `Name:"", UID:${JSON.stringify(uid)}, Groups:[]string${list}, Extra:map[string][]string(nil)`;
  return badRequest(`requested &user.DefaultInfo{${asked}} without impersonating a user name`);
}

/** The groups of a service account, which its name tells. */
function impliedGroups(username: string): string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(username) ?? [];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

export function isAdministrator({ groups }: Identity): boolean {
  return groups.includes(administrators);
}

const openPaths = /^\/(api|apis|openapi)(\/.*)?$|^\/(healthz|livez|readyz|version)\/?$/;
const resources = /^\/api\/v1\/.|^\/apis\/[^/]+\/[^/]+\/./;
const reviews = /^\/apis\/auth(orization|entication)\.k8s\.io\/v1\/selfsubject/;

/** Whether a server's default roles let one do what is asked: administrators everything, others discovery and questions about themselves. */
export function isAllowed(identity: Identity, { method, path }: Asked): boolean {
  if (isAdministrator(identity)) return true;
  if (resources.test(path)) return method === 'POST' && reviews.test(path);
  return method === 'GET' && openPaths.test(path);
}
