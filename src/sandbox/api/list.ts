import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { ApiError, badRequest, expired } from '../store/api-error.ts';
import { apiVersionOf, placeOf } from '../store/catalog.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { atVersion } from '../store/versions.ts';
import { type Call, ok, type Reply } from './call.ts';
import { limitOf, requireListOptions, revisionOf, revisionProblem } from './list-options.ts';
import { type ObjectTest, selectionOf } from './selection.ts';
import { shapeOf } from './shape.ts';
import { shapedList } from './table.ts';
import type { ResourceTarget } from './target.ts';

interface ListPage {
  /** The revision that every page of the list shows. */
  revision: number;
  /** Where the page begins: after this `namespace/name`. */
  after: string;
}

const positionOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

function encodeToken(page: ListPage): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: page.revision, start: page.after })).toString(
    'base64url',
  );
}

function decodeToken(token: string): ListPage {
  const { rv, start } = parseToken(token);
  if (typeof rv === 'number' && typeof start === 'string') return { revision: rv, after: start };
  throw invalidToken('server does not recognize this encoded version ');
}

function invalidToken(why: string): ApiError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

function parseToken(token: string): any {
  const illegal = token.search(/[^\w-]/);
  if (illegal >= 0) throw invalidToken(`illegal base64 data at input byte ${illegal}`);
  const bytes = Buffer.from(token, 'base64url');
  try {
    return JSON.parse(bytes.toString('utf8')) ?? {};
  } catch {
    // The real server names the first byte as if it were a character.
    const code = bytes[0] ?? 0;
    const first =
      code < 0xa0 && (code < 0x20 || code > 0x7e)
        ? `\\u${code.toString(16).padStart(4, '0')}`
        : String.fromCharCode(code);
    throw invalidToken(`invalid character '${first}' looking for beginning of value`);
  }
}

/** Which revision a list shows, and from where on. */
function pageOf(query: URLSearchParams, current: number): ListPage {
  const token = query.get('continue');
  if (token) return decodeToken(token);
  const asked = revisionOf(query);
  if (asked === undefined) throw badRequest(`invalid resource version: ${revisionProblem(query)}`);
  if (query.get('resourceVersionMatch') === 'Exact') return { revision: asked, after: '' };
  return { revision: Math.max(asked, current), after: '' };
}

function objectsAt({ kind }: ResourceTarget, page: ListPage, registry: ServerRegistry): KubeObject[] {
  try {
    return registry.store.list(placeOf(kind), page.revision);
  } catch (error) {
    const tooOld = error instanceof ApiError && error.status.code === 410 && page.after !== '';
    throw tooOld ? staleToken(page, registry.store.revision()) : error;
  }
}

function staleToken(page: ListPage, current: number): ApiError {
  const error = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
      'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided ' +
      'token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was ' +
      'returned and now may show up in the list.',
  );
  error.status.metadata.continue = encodeToken({ ...page, revision: current });
  return error;
}

interface Chunk {
  items: KubeObject[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

function chunkOf(objects: readonly KubeObject[], selection: ObjectTest, page: ListPage, limit: number): Chunk {
  const rest = objects.filter((object) => positionOf(object) > page.after && selection(object));
  const resourceVersion = String(page.revision);
  if (limit === 0 || rest.length <= limit) return { items: rest, metadata: { resourceVersion } };
  const items = rest.slice(0, limit);
  const after = positionOf(items.at(-1)!);
  const token = encodeToken({ revision: page.revision, after });
  return { items, metadata: { resourceVersion, continue: token, remainingItemCount: rest.length - limit } };
}

/** Answers a list request: selectors, pages that all show one revision, and the asked form. */
export function list(call: Call, target: ResourceTarget, registry: ServerRegistry, now: number): Reply {
  const { kind } = target;
  requireListOptions(call.query, false);
  const shape = shapeOf(call, now);
  const page = pageOf(call.query, registry.store.revision());
  const selection = selectionOf(target, call.query);
  const objects = objectsAt(target, page, registry);
  const { items, metadata } = chunkOf(objects, selection, page, limitOf(call.query));
  const versioned = items.map((item) => atVersion(item, kind));
  const shown = shape.form === 'object' ? asListed(versioned, kind, registry) : versioned;
  // How many remain is told only where that is known without a look at each.
  const isSelected = ['labelSelector', 'fieldSelector'].some((name) => call.query.get(name));
  if (isSelected) delete metadata.remainingItemCount;
  const said = shape.form === 'object' ? asSaid(metadata, kind, registry) : metadata;
  return ok(shapedList(kind, apiVersionOf(kind), shown, { metadata: said, shape }));
}

/** A real server's lists of custom objects say that there is no more, where all others are silent. */
export function asSaid(metadata: object, kind: Kind, { catalog }: ServerRegistry): object {
  return catalog.isCustom(kind) ? { continue: '', ...metadata } : metadata;
}

/** A real server's lists of built-in kinds leave out of each item what the list says already. */
export function asListed(items: readonly KubeObject[], kind: Kind, { catalog }: ServerRegistry): KubeObject[] {
  if (catalog.isCustom(kind)) return [...items];
  return items.map(({ apiVersion: _a, kind: _k, ...rest }) => rest as KubeObject);
}
