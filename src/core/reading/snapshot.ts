import { ShiftError } from '../../errors.ts';
import type { KindRef, KubeObject, Reader } from '../objects.ts';
import { readOnce } from './once.ts';

/**
 * A Reader for looking at many objects at once: whatever is asked of a kind, it lists that kind once and answers from the list. Where that is
 * forbidden for all namespaces it lists each namespace; where it is forbidden there too it gets each object, once. Objects outside namespaces,
 * and lists by more than labels that must be equal, are asked for as they are, once. Like `readOnce` it serves one operation.
 */
export function snapshot(reader: Reader, reach: 'all namespaces' | 'each namespace'): Reader {
  const once = readOnce(reader);
  const indexed = remembered(indexOf);

  const inNamespace = async (kind: KindRef, namespace: string): Promise<ReadonlyMap<string, KubeObject>> => {
    const narrow = async () => indexed(await once.list(kind, { namespace }));
    const wide = async () => indexed(await once.list(kind));
    const index = reach === 'each namespace' ? await narrow() : await unlessForbidden(wide, narrow);
    return index.get(namespace) ?? new Map();
  };

  const whole = async (kind: KindRef, namespace: string | undefined): Promise<KubeObject[]> =>
    namespace === undefined ? once.list(kind) : [...(await inNamespace(kind, namespace)).values()];

  return {
    servedVersions: (group, kind) => once.servedVersions(group, kind),
    get(ref) {
      const { namespace, name } = ref;
      if (namespace === undefined) return once.get(ref);
      const found = async () => (await inNamespace(ref, namespace)).get(name);
      return unlessForbidden(found, () => once.get(ref));
    },
    async list(kind, options = {}) {
      const { namespace, labelSelector = '', fieldSelector } = options;
      const labels = equalLabels(labelSelector);
      const narrower = reach === 'each namespace' && namespace === undefined;
      if (labels === undefined || fieldSelector !== undefined || narrower) return once.list(kind, options);
      const objects = await whole(kind, namespace);
      return objects.filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value));
    },
  };
}

type Index = ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;

/** The objects of a kind by namespace and name. */
function indexOf(objects: readonly KubeObject[]): Index {
  const index = new Map<string, Map<string, KubeObject>>();
  for (const object of objects) {
    const { namespace = '', name } = object.metadata;
    const names = index.get(namespace) ?? new Map<string, KubeObject>();
    index.set(namespace, names.set(name, object));
  }
  return index;
}

function remembered<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const made = new WeakMap<K, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** The labels of a selector like `app=a,version=v1`; undefined where it asks for anything else. */
function equalLabels(selector: string): [key: string, value: string][] | undefined {
  const terms = selector === '' ? [] : selector.split(',').map((term) => /^([\w./-]+)=([\w.-]*)$/.exec(term));
  const pairs = terms.flatMap((term): [string, string][] => (term ? [[term[1]!, term[2]!]] : []));
  return pairs.length === terms.length ? pairs : undefined;
}

async function unlessForbidden<T>(ask: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'forbidden') return otherwise();
    throw error;
  }
}
