import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KindRef, KubeObject } from '../../src/core/objects.ts';
import type { Registry, WatchEvent } from '../../src/sandbox/store/registry.ts';

export function memoryRegistry(): Registry {
  const objects = new Map<string, KubeObject>();
  const watchers = new Set<{ kind: KindRef; listener: (event: WatchEvent) => void }>();
  let revision = 0;
  const key = (k: KindRef, name: string, ns = '') => `${k.apiVersion} ${k.kind} ${ns}/${name}`;
  const is = (o: KubeObject, k: KindRef) => o.apiVersion === k.apiVersion && o.kind === k.kind;
  const emit = (type: WatchEvent['type'], object: KubeObject) => {
    for (const w of watchers)
      if (is(object, w.kind)) setImmediate(() => watchers.has(w) && w.listener({ type, object }));
  };
  const put = (object: KubeObject, type: WatchEvent['type']) => {
    revision += 1;
    const stored = structuredClone({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
    objects.set(key(stored, stored.metadata.name, stored.metadata.namespace), stored);
    emit(type, stored);
    return stored;
  };
  const refuse = (message: string) => Object.assign(new Error(message), { name: 'ApiError' });
  return {
    get: (k, name, ns) => objects.get(key(k, name, ns)),
    list: (k, ns) => [...objects.values()].filter((o) => is(o, k) && (ns === undefined || o.metadata.namespace === ns)),
    create(object) {
      const { generateName, name } = object.metadata;
      const metadata = {
        ...object.metadata,
        name: name || `${generateName}${randomUUID().slice(0, 5)}`,
        uid: randomUUID(),
        generation: 1,
        creationTimestamp: object.metadata.creationTimestamp ?? new Date().toISOString(),
      };
      if (objects.has(key(object, metadata.name, metadata.namespace))) throw refuse('exists');
      return put({ ...object, metadata }, 'ADDED');
    },
    update(object, { subresource }) {
      const known = objects.get(key(object, object.metadata.name, object.metadata.namespace));
      if (!known) throw refuse('not found');
      const rv = object.metadata.resourceVersion;
      if (rv && rv !== known.metadata.resourceVersion) throw refuse(`conflict ${object.kind} ${object.metadata.name}`);
      if (subresource === 'status') return put({ ...known, status: object.status }, 'MODIFIED');
      const next: KubeObject = { ...object, status: known.status };
      const generation = (known.metadata.generation ?? 1) + (isDeepStrictEqual(known.spec, next.spec) ? 0 : 1);
      return put({ ...next, metadata: { ...next.metadata, generation } }, 'MODIFIED');
    },
    delete(ref) {
      const known = objects.get(key(ref, ref.name, ref.namespace));
      if (!known) throw refuse('not found');
      objects.delete(key(ref, ref.name, ref.namespace));
      emit('DELETED', known);
      for (const o of objects.values()) {
        if (o.metadata.ownerReferences?.some(({ uid }) => uid === known.metadata.uid)) {
          this.delete({
            apiVersion: o.apiVersion,
            kind: o.kind,
            name: o.metadata.name,
            namespace: o.metadata.namespace!,
          });
        }
      }
      return known;
    },
    watch(kind, listener) {
      const watcher = { kind, listener };
      watchers.add(watcher);
      for (const object of objects.values())
        if (is(object, kind)) setImmediate(() => listener({ type: 'ADDED', object }));
      return () => void watchers.delete(watcher);
    },
  };
}
