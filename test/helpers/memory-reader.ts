import type { KindRef, KubeObject, ListOptions, ObjectRef, Reader } from '../../src/core/objects.ts';
import { groupOf } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';

export interface MemoryCluster {
  objects: readonly KubeObject[];
  /** `Kind.group` → versions; a kind that is not named is served in the versions of its objects. */
  served?: Readonly<Record<string, readonly string[]>>;
  /** Namespaces whose lists are forbidden; `*` stands for lists of all namespaces. */
  forbidden?: readonly string[];
}

function labelled(object: KubeObject, selector: string): boolean {
  return selector
    .split(',')
    .map((term) => term.split('='))
    .every(([key, value]) => object.metadata.labels?.[key!] === value);
}

/** A Reader over objects at hand, with the answers that a cluster would give. */
export function memoryReader({ objects, served = {}, forbidden = [] }: MemoryCluster): Reader {
  const ofKind = ({ apiVersion, kind }: KindRef) =>
    objects.filter((object) => object.kind === kind && groupOf(object.apiVersion) === groupOf(apiVersion));
  return {
    async get(ref: ObjectRef) {
      return ofKind(ref).find(
        ({ metadata }) => metadata.name === ref.name && (metadata.namespace ?? undefined) === ref.namespace,
      );
    },
    async list(kind: KindRef, { namespace, labelSelector = '' }: ListOptions = {}) {
      if (forbidden.includes(namespace ?? '*')) {
        throw new ShiftError('forbidden', `may not list ${kind.kind} in ${namespace ?? 'all namespaces'}`, {
          hint: 'ask',
        });
      }
      return ofKind(kind).filter(
        (object) =>
          (namespace === undefined || object.metadata.namespace === namespace) &&
          (labelSelector === '' || labelled(object, labelSelector)),
      );
    },
    async servedVersions(group: string, kind: string) {
      const own = objects.filter((object) => object.kind === kind && groupOf(object.apiVersion) === group);
      const versions = own.map(({ apiVersion }) => apiVersion.slice(apiVersion.indexOf('/') + 1));
      return [...(served[`${kind}.${group}`] ?? new Set(versions))];
    },
  };
}
