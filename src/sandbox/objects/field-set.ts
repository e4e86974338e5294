import type { Json } from '../../core/objects.ts';

/**
 * A set of fields of one object, as a tree. Steps are spelled as FieldsV1 spells them: `f:name` a field, `k:{…}` a list item by its
 * keys, `v:…` a set's item by its value. `member` says that the field at this step is itself in the set.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const emptySet: FieldSet = { member: false, children: new Map() };

export const isEmpty = (set: FieldSet): boolean => !set.member && set.children.size === 0;

/** The fields for which `keep` holds, given whether each set has them. `keep(false, false)` must be false. */
function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const step of new Set([...a.children.keys(), ...b.children.keys()])) {
    const child = combine(a.children.get(step) ?? emptySet, b.children.get(step) ?? emptySet, keep);
    if (!isEmpty(child)) children.set(step, child);
  }
  return { member: keep(a.member, b.member), children };
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA || inB);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && inB);
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && !inB);

/** The set without the field at a path and all that is below it. */
export function without(set: FieldSet, [step, ...rest]: readonly string[]): FieldSet {
  const child = step === undefined ? undefined : set.children.get(step);
  if (step === undefined || !child) return set;
  const children = new Map(set.children);
  const left = rest.length === 0 ? emptySet : without(child, rest);
  if (isEmpty(left)) children.delete(step);
  else children.set(step, left);
  return { member: set.member, children };
}

/** The set without the one field at a path; what is below it stays. */
export function withoutMember(set: FieldSet, path: readonly string[]): FieldSet {
  const only = path.reduceRight<FieldSet>((child, step) => ({ member: false, children: new Map([[step, child]]) }), {
    member: true,
    children: new Map(),
  });
  return difference(set, only);
}

type FieldsV1 = { [step: string]: Json };

/** The set as managedFields carry it. */
export function toFieldsV1(set: FieldSet): FieldsV1 {
  const entries = [...set.children].sort(([a], [b]) => compareSteps(a, b));
  return Object.fromEntries(entries.map(([step, child]) => [step, nodeToFieldsV1(child)]));
}

function nodeToFieldsV1(node: FieldSet): FieldsV1 {
  return node.member && node.children.size > 0 ? { '.': {}, ...toFieldsV1(node) } : toFieldsV1(node);
}

/** The set that a FieldsV1 stands for. */
export function fromFieldsV1(fields: FieldsV1): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [step, below] of Object.entries(fields)) {
    if (step === '.' || typeof below !== 'object' || below === null || Array.isArray(below)) continue;
    const child = fromFieldsV1(below);
    children.set(step, { member: '.' in below || child.children.size === 0, children: child.children });
  }
  return { member: false, children };
}

/** Fields before keys before values; keys and values by what they say, not by how they are spelled. */
function compareSteps(a: string, b: string): number {
  if (a[0] !== b[0] || a[0] === 'f') return a < b ? -1 : 1;
  const [left, right] = [valuesOf(a), valuesOf(b)];
  const differing = left.findIndex((value, index) => value !== right[index]);
  return differing < 0 ? 0 : left[differing]! < right[differing]! ? -1 : 1;
}

function valuesOf(step: string): (string | number)[] {
  const parsed = JSON.parse(step.slice(2)) as Record<string, string | number> | string | number;
  return typeof parsed === 'object' ? Object.values(parsed) : [parsed];
}

function spell(step: string): string {
  if (step.startsWith('f:')) return `.${step.slice(2)}`;
  if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
  const keys = JSON.parse(step.slice(2)) as Record<string, Json>;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}

/** The paths of the set's fields as the API server prints them, such as `.spec.ports[port=80,protocol="TCP"].name`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const entries = [...set.children].sort(([a], [b]) => compareSteps(a, b));
  const members = entries.filter(([, child]) => child.member).map(([step]) => prefix + spell(step));
  return [...members, ...entries.flatMap(([step, child]) => pathsOf(child, prefix + spell(step)))];
}
