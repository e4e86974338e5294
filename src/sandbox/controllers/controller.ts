import type { KindRef, KubeObject } from '../../core/objects.ts';
import { ApiError } from '../store/api-error.ts';
import type { Registry } from '../store/registry.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

/** A kind to follow, and which keys a change of one of its objects puts in question. */
export type Watch = [kind: KindRef, keysOf: (object: KubeObject) => readonly string[]];

export interface ControllerSpec {
  watches: readonly Watch[];
  /** Brings what the key names in order, whatever happened before; it reads the registry, not the events. */
  reconcile: (key: string) => void | Promise<void>;
}

/** Follows the kinds until stopped. */
export function runController(registry: Registry, { watches, reconcile }: ControllerSpec): WorkQueue {
  const queue = createWorkQueue(reconcile, isRefusal);
  const ends = watches.map(([kind, keysOf]) =>
    registry.watch(kind, ({ object }) => {
      for (const key of keysOf(object)) queue.add(key);
    }),
  );
  return {
    ...queue,
    stop() {
      for (const end of ends) end();
      queue.stop();
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError;
}

/** `namespace/name`, or `/name` outside namespaces. */
export function keyOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

/** The object that a key names, unless it is gone or on its way out. */
export function live(registry: Pick<Registry, 'get'>, kind: KindRef, key: string): KubeObject | undefined {
  const object = registry.get(kind, ...splitKey(key));
  return object?.metadata.deletionTimestamp === undefined ? object : undefined;
}

/** Name and namespace, in the order in which the registry takes them. */
function splitKey(key: string): [name: string, namespace?: string] {
  const [namespace, name] = key.split('/') as [string, string];
  return namespace === '' ? [name] : [name, namespace];
}
