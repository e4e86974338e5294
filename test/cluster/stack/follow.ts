import type { KubeObject } from '../../../src/core/objects.ts';
import type { Api } from './api.ts';

export interface Follower {
  /** Called for each object that is there at first, and whenever one is added or changed. */
  changed: (object: KubeObject) => void | Promise<void>;
  /** Called with an object's last state when it is gone. */
  gone: (object: KubeObject) => void | Promise<void>;
}

/**
 * Follows a collection for as long as the process lives: lists, watches, and lists again when the watch ends.
 * Its calls come one at a time; a call that rejects ends it.
 */
export async function follow(api: Api, path: string, { changed, gone }: Follower): Promise<never> {
  const known = new Map<string, KubeObject>();
  for (;;) {
    const list = await api.call(path);
    const listed = new Map<string, KubeObject>(list.items.map((item: KubeObject) => [item.metadata.uid, item]));
    for (const [uid, object] of known) if (!listed.has(uid)) await forget(uid, object);
    for (const object of listed.values()) await keep(object);
    await api.watch(`${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`, async ({ type, object }) => {
      if (type === 'DELETED') await forget(object.metadata.uid, object);
      else if (type !== 'ERROR') await keep(object);
    });
  }

  async function keep(object: KubeObject): Promise<void> {
    known.set(object.metadata.uid!, object);
    await changed(object);
  }

  async function forget(uid: string, object: KubeObject): Promise<void> {
    known.delete(uid);
    await gone(object);
  }
}

/** Follows a collection into a map by uid, and calls back after each change of it. */
export function followInto(
  objects: Map<string, KubeObject>,
  api: Api,
  path: string,
  onChange: () => void | Promise<void>,
): Promise<never> {
  return follow(api, path, {
    changed: (object) => {
      objects.set(object.metadata.uid!, object);
      return onChange();
    },
    gone: (object) => {
      objects.delete(object.metadata.uid!);
      return onChange();
    },
  });
}
