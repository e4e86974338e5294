import type { KubeObject } from '../../core/objects.ts';
import { ApiError, expired } from './api-error.ts';
import { frozen } from './frozen.ts';

/** Where objects of a resource live: the same place for every served version of it. */
export type Place = string;

export interface StoreChange {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  place: Place;
  /** The store's revision after the change; also the object's resourceVersion. */
  revision: number;
  object: KubeObject;
  before: KubeObject | undefined;
}

/** Objects in memory under one revision counter, with a window of past changes. Everything handed out is frozen. */
export interface Store {
  revision(): number;
  get(place: Place, name: string, namespace?: string): KubeObject | undefined;
  /** Ordered by namespace, then name. Throws ApiError 410 where `revision` lies before the window. */
  list(place: Place, revision?: number): KubeObject[];
  /** Stores the object under a new resourceVersion. */
  put(place: Place, object: KubeObject): KubeObject;
  /** Returns the object as it was, under the resourceVersion of its end. */
  remove(place: Place, object: KubeObject): KubeObject;
  /**
   * Calls back with each change after `since`, which may lie ahead, in order, never within the write that made it. Without `since` every existing object
   * comes first, as if it had just been added. Throws ApiError 410 where the window no longer reaches back that far. Returns the way to stop.
   */
  follow(place: Place, since: number | undefined, listener: (change: StoreChange) => void): () => void;
  /** Calls back for every existing object of any place, then with every change, all in order. Returns the way to stop. */
  followAll(listener: (change: StoreChange) => void): () => void;
  /** Drops what is still to be delivered, and every follower. */
  close(): void;
}

interface Follower {
  /** Undefined for all of them. */
  place: Place | undefined;
  listener: (change: StoreChange) => void;
  /** The revision whose change and those before it do not count. */
  since: number;
  /** Changes that it has yet to be told of. */
  queue: StoreChange[];
}

const keyOf = (name: string, namespace = ''): string => `${namespace}/${name}`;

/** An empty store that remembers the last `window` changes. */
export function openStore(window = 1000): Store {
  const places = new Map<Place, Map<string, KubeObject>>();
  const history: StoreChange[] = [];
  const followers = new Set<Follower>();
  let revision = 0;
  // The revision of the newest change that the window has lost.
  let forgotten = 0;
  let delivery: NodeJS.Immediate | undefined;

  const objectsAt = (place: Place): Map<string, KubeObject> => {
    const known = places.get(place) ?? new Map<string, KubeObject>();
    places.set(place, known);
    return known;
  };

  const deliver = (): void => {
    delivery = undefined;
    for (const follower of followers) {
      for (const change of follower.queue.splice(0)) if (followers.has(follower)) follower.listener(change);
    }
  };

  const commit = (change: StoreChange): KubeObject => {
    history.push(change);
    if (history.length > window) forgotten = history.shift()!.revision;
    for (const { place, since, queue } of followers) {
      const isOurs = place === undefined || place === change.place;
      if (isOurs && change.revision > since) queue.push(change);
    }
    delivery ??= setImmediate(deliver);
    return change.object;
  };

  const numbered = (object: KubeObject): KubeObject => {
    revision += 1;
    return frozen({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
  };

  const requireWindow = (since: number): void => {
    if (since < forgotten) throw expired(`too old resource version: ${since} (${forgotten + 1})`);
  };

  const undone = (current: Map<string, KubeObject>, place: Place, since: number): Map<string, KubeObject> => {
    requireWindow(since);
    const past = new Map(current);
    for (const change of history.toReversed()) {
      if (change.revision <= since) break;
      if (change.place !== place) continue;
      const key = keyOf(change.object.metadata.name, change.object.metadata.namespace);
      if (change.before === undefined) past.delete(key);
      else past.set(key, change.before);
    }
    return past;
  };

  const present = (place: Place): StoreChange[] =>
    inOrder(objectsAt(place)).map((object) => ({ type: 'ADDED', place, revision, object, before: undefined }));

  const missed = (place: Place, since: number): StoreChange[] => {
    requireWindow(since);
    return history.filter((change) => change.place === place && change.revision > since);
  };

  const begin = (follower: Follower): (() => void) => {
    followers.add(follower);
    delivery ??= setImmediate(deliver);
    return () => void followers.delete(follower);
  };

  return {
    revision: () => revision,
    get: (place, name, namespace) => places.get(place)?.get(keyOf(name, namespace)),
    list(place, at = revision) {
      if (at > revision) throw tooLarge(at, revision);
      const current = objectsAt(place);
      const objects = at === revision ? current : undone(current, place, at);
      return inOrder(objects);
    },
    put(place, object) {
      const objects = objectsAt(place);
      const stored = numbered(object);
      const key = keyOf(stored.metadata.name, stored.metadata.namespace);
      const before = objects.get(key);
      objects.set(key, stored);
      return commit({ type: before ? 'MODIFIED' : 'ADDED', place, revision, object: stored, before });
    },
    remove(place, object) {
      const key = keyOf(object.metadata.name, object.metadata.namespace);
      const before = places.get(place)?.get(key);
      places.get(place)?.delete(key);
      return commit({ type: 'DELETED', place, object: numbered(before ?? object), revision, before });
    },
    follow(place, since, listener) {
      const queue = since === undefined ? present(place) : missed(place, since);
      return begin({ place, listener, since: since ?? 0, queue });
    },
    followAll: (listener) =>
      begin({ place: undefined, listener, since: 0, queue: [...places.keys()].flatMap(present) }),
    close() {
      if (delivery) clearImmediate(delivery);
      followers.clear();
    },
  };
}

function inOrder(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function tooLarge(asked: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
