import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../core/objects.ts';
import { empty } from '../objects/blank.ts';
import type { Kind } from '../objects/kinds.ts';
import { ApiError } from '../store/api-error.ts';
import { apiVersionOf, placeOf } from '../store/catalog.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import type { StoreChange } from '../store/store.ts';
import { atVersion } from '../store/versions.ts';
import { type Call, flag } from './call.ts';
import { requireListOptions, revisionOf, revisionProblem } from './list-options.ts';
import { type ObjectTest, selectionOf } from './selection.ts';
import { shapeOf } from './shape.ts';
import { metadataOnly, shaped, type ReplyShape } from './table.ts';
import type { ResourceTarget } from './target.ts';

export interface WatchSettings {
  now: () => number;
  /** Between two bookmarks, in milliseconds. */
  bookmarkEveryMs: number;
}

interface Event {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: object;
}

/** What a change looks like to a watch that sees only the selected objects; undefined where it sees nothing. */
function visible(
  { type, object, before }: StoreChange,
  selected: ObjectTest,
): { type: StoreChange['type']; object: KubeObject } | undefined {
  const was = before !== undefined && selected(before);
  if (type === 'DELETED') return was ? { type, object } : undefined;
  const is = selected(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return undefined;
  const { resourceVersion } = object.metadata;
  return {
    type: 'DELETED',
    object: { ...before, metadata: { ...before.metadata, resourceVersion: resourceVersion! } },
  };
}

function bookmark(kind: Kind, revision: number, shape: ReplyShape, ended: boolean): object {
  const annotations = ended ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  const metadata = { resourceVersion: String(revision), ...annotations };
  const object = { ...empty(kind), kind: kind.kind, apiVersion: apiVersionOf(kind), metadata } as unknown as KubeObject;
  if (shape.form === 'object') return object;
  if (shape.form === 'metadata') return metadataOnly(object);
  return { ...shaped(kind, object, { ...shape, include: 'Metadata' }), columnDefinitions: null };
}

/** Where a watch begins: undefined for everything that exists now, else the revision after which changes count. */
function startOf(query: URLSearchParams): { since: number | undefined; announceEnd: boolean } {
  requireListOptions(query, true);
  const revision = revisionOf(query);
  if (revision === undefined) throw new ApiError(500, '', revisionProblem(query));
  const initial = query.has('sendInitialEvents') ? flag(query, 'sendInitialEvents') : revision === 0;
  const announceEnd = initial && flag(query, 'allowWatchBookmarks');
  return { since: initial ? undefined : revision || undefined, announceEnd };
}

/** Streams the changes that the request selects until the client leaves, its time is up, or the server stops. */
export function watch(
  call: Call,
  target: ResourceTarget,
  registry: ServerRegistry,
  settings: WatchSettings,
): undefined {
  const { response, query } = call;
  const { kind } = target;
  const selected = selectionOf(target, query);
  const { since, announceEnd } = startOf(query);
  const shape = shapeOf(call, settings.now());
  open(response);
  const send = (event: Event): void => {
    // Between its end and its close a stream may still be told of changes.
    if (!response.writableEnded) response.write(`${JSON.stringify(event)}\n`);
  };
  const asked = shaper(kind, shape, settings.now);
  const onChange = (change: StoreChange): void => {
    const event = visible(change, selected);
    if (event) send({ type: event.type, object: asked(event.object) });
  };
  const mark = (ended: boolean): void =>
    send({ type: 'BOOKMARK', object: bookmark(kind, registry.store.revision(), shape, ended) });

  const stop = follow(registry, kind, {
    since,
    onChange,
    onError: (error) => send({ type: 'ERROR', object: error.status }),
  });
  if (!stop) {
    response.end();
    return undefined;
  }
  // Delivery of what exists happens in the store's next turn, before this one.
  if (announceEnd) setImmediate(() => mark(true));
  const marks = flag(query, 'allowWatchBookmarks')
    ? setInterval(() => mark(false), settings.bookmarkEveryMs)
    : undefined;
  const end = setTimeout(() => response.end(), lifetimeMs(query));
  response.on('close', () => {
    stop();
    clearInterval(marks);
    clearTimeout(end);
  });
  return undefined;
}

/** Gives each object of a stream the asked form; of its tables only the first names the columns. */
function shaper(kind: Kind, shape: ReplyShape, now: () => number): (object: KubeObject) => object {
  let isFirst = true;
  return (object) => {
    const shown = shaped(kind, atVersion(object, kind), { ...shape, now: now() });
    const again = shape.form === 'table' && !isFirst;
    isFirst = false;
    return again ? { ...shown, columnDefinitions: null } : shown;
  };
}

interface Following {
  since: number | undefined;
  onChange: (change: StoreChange) => void;
  onError: (error: ApiError) => void;
}

/** Follows the store; undefined after an error that the client was told of. */
function follow(
  registry: ServerRegistry,
  kind: Kind,
  { since, onChange, onError }: Following,
): (() => void) | undefined {
  try {
    return registry.store.follow(placeOf(kind), since, onChange);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    onError(error);
    return undefined;
  }
}

function open(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  // Clients wait for the headers before they trust the watch, and the first event may come much later.
  response.flushHeaders();
}

const defaultLifetimeMs = 45 * 60_000;

function lifetimeMs(query: URLSearchParams): number {
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  return seconds > 0 ? seconds * 1000 : defaultLifetimeMs;
}
