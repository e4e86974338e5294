import type { KindRef } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import type { Place } from './store.ts';

/** The kinds that the server serves now: the built-in ones, and those that CustomResourceDefinitions added. */
export interface Catalog {
  /** Every served kind at every served version. */
  all(): readonly Kind[];
  byKind(ref: KindRef): Kind | undefined;
  byPlural(group: string, version: string, plural: string): Kind | undefined;
  /** True for groups that have kinds without any definition. */
  isBuiltinGroup(group: string): boolean;
  /** True for kinds that a CustomResourceDefinition declares. */
  isCustom(kind: Kind): boolean;
  /** The version in which objects of the kind are kept. */
  storage(kind: Kind): Kind;
  /** Replaces the kinds that the definition of this name serves. */
  define(name: string, kinds: readonly Kind[]): void;
  undefine(name: string): void;
}

/** `v1`, or `apps/v1` outside the core group. */
export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The place of a kind's objects, shared by all its versions. */
export function placeOf({ group, plural }: Pick<Kind, 'group' | 'plural'>): Place {
  return `${group}/${plural}`;
}

export function openCatalog(builtin: readonly Kind[]): Catalog {
  const defined = new Map<string, readonly Kind[]>();
  let known: readonly Kind[] = builtin;
  let served: readonly Kind[] = known.filter((kind) => kind.served);
  let byRef = new Map<string, Kind>();
  let byPath = new Map<string, Kind>();

  const rebuild = (): void => {
    known = [...builtin, ...[...defined.values()].flat()];
    served = known.filter((kind) => kind.served);
    byRef = new Map(served.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));
    byPath = new Map(served.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));
  };
  rebuild();

  return {
    all: () => served,
    byKind: ({ apiVersion, kind }) => byRef.get(`${apiVersion} ${kind}`),
    byPlural: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
    isBuiltinGroup: (group) => builtin.some((kind) => kind.group === group),
    isCustom: (kind) => !builtin.includes(kind),
    storage: (kind) =>
      known.find((other) => other.storage && other.group === kind.group && other.plural === kind.plural) ?? kind,
    define(name, kinds) {
      defined.set(name, kinds);
      rebuild();
    },
    undefine(name) {
      if (defined.delete(name)) rebuild();
    },
  };
}
