import type { Json } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import { emptySet, isEmpty, type FieldSet } from './field-set.ts';
import { isFields, isNamed, itemStep, membersOf, shapeOf, stepSchema, type Fields } from './shape.ts';

// The operations on typed values that ownership stands on: those of sigs.k8s.io/structured-merge-diff.

const isEmptyObject = (value: Json) => isFields(value) && Object.keys(value).length === 0;

/** The fields that a value sets: its leaves, its list items and its map entries, but not the named fields on the way to them. */
export function fieldsOf(value: Json, schema: Schema | undefined): FieldSet {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf') return { member: true, children: new Map() };
  const children = new Map<string, FieldSet>();
  for (const [step, child] of membersOf(value, schema)) {
    const below = fieldsOf(child, stepSchema(schema, step));
    const member = below.member || isEmptyObject(child) || !isNamed(schema, step);
    if (member || !isEmpty(below)) children.set(step, { member, children: below.children });
  }
  return { member: false, children };
}

type Change = 'added' | 'removed' | 'modified';

/** What differs between two values, as a tree like FieldSet's. */
export interface Comparison {
  change?: Change;
  children: Map<string, Comparison>;
}

const size = (value: Json | undefined) => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0);

/** What it takes to get from one value to another; at least one of them is there. */
export function compare(before: Json | undefined, after: Json | undefined, schema: Schema | undefined): Comparison {
  const children = new Map<string, Comparison>();
  const shape = (value: Json) => shapeOf(value, schema);
  // Null is as empty as the other side wants it: an empty map or list, or a leaf beside a leaf.
  const shapes = [before, after].filter((value) => value !== undefined && value !== null).map(shape);
  const whole = before === undefined ? 'added' : after === undefined ? 'removed' : undefined;
  const isLeaf = shapes.includes('leaf') || new Set(shapes).size > 1 || (size(before) === 0 && size(after) === 0);
  if (isLeaf) {
    const change = whole ?? (equal(before, after) ? undefined : 'modified');
    return change ? { change, children } : { children };
  }
  const [left, right] = [membersOf(before, schema), membersOf(after, schema)];
  for (const step of new Set([...left.keys(), ...right.keys()])) {
    const below = compare(left.get(step), right.get(step), stepSchema(schema, step));
    if (below.change || below.children.size > 0) children.set(step, below);
  }
  return whole ? { change: whole, children } : { children };
}

/** The fields with one of the changes. */
export function changed(comparison: Comparison, ...changes: Change[]): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [step, below] of comparison.children) {
    const child = changed(below, ...changes);
    if (!isEmpty(child)) children.set(step, child);
  }
  return { member: comparison.change !== undefined && changes.includes(comparison.change), children };
}

/** True for the same JSON, whatever the order of fields. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => equal(a[name], b[name]));
}

/** The live value with the applied one laid over it: applied leaves win, everything else stays. */
export function merge(live: Json | undefined, applied: Json | undefined, schema: Schema | undefined): Json | undefined {
  if (live === undefined || applied === undefined) return applied ?? live;
  const shape = shapeOf(applied, schema);
  if (shape === 'leaf' || shapeOf(live, schema) !== shape) return applied;
  return shape === 'list'
    ? mergeLists(live as Json[], applied as Json[], schema!)
    : mergeFields(live as Fields, applied as Fields, schema);
}

function mergeFields(live: Fields, applied: Fields, schema: Schema | undefined): Fields {
  const names = new Set([...Object.keys(live), ...Object.keys(applied)]);
  return Object.fromEntries(
    [...names].map((name) => [name, merge(live[name], applied[name], stepSchema(schema, `f:${name}`))!]),
  );
}

/** Applied items keep their own order; live items that are not applied stay after the item that they followed. */
function mergeLists(live: Json[], applied: Json[], schema: Schema): Json[] {
  const [old, wanted] = [membersOf(live, schema), membersOf(applied, schema)];
  const order = mergedOrder([...old.keys()], [...wanted.keys()]);
  return order.map((step) => merge(old.get(step), wanted.get(step), schema.items)!);
}

function mergedOrder(live: readonly string[], applied: readonly string[]): string[] {
  const [isLive, isApplied] = [new Set(live), new Set(applied)];
  const shared = applied.filter((step) => isLive.has(step));
  const order = new Set<string>();
  let [l, a, next] = [0, 0, 0];
  while (l < live.length || a < applied.length) {
    const [mine, theirs] = [live[l], applied[a]];
    if (mine !== undefined && mine !== theirs && !isApplied.has(mine)) {
      order.add(mine);
      l += 1;
    } else if (isOutOfTurn(mine, theirs, shared[next])) {
      l += 1;
    } else if (theirs === undefined) {
      l += 1;
    } else {
      order.add(theirs);
      if (mine !== undefined && order.has(mine)) l += 1;
      if (shared[next] === theirs) next += 1;
      a += 1;
    }
  }
  return [...order];
}

/** True for a shared item whose turn has not come in the applied order, while another shared item's turn has. */
function isOutOfTurn(mine: string | undefined, theirs: string | undefined, next: string | undefined): boolean {
  return [mine, theirs, next].every((step) => step !== undefined) && mine !== theirs && mine !== next;
}

/** The value without the fields of a set; a map or list of which nothing is left stays, empty. */
export function removeFields(value: Json, set: FieldSet, schema: Schema | undefined): Json {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf') return value;
  if (shape === 'list') return removeItems(value as Json[], set, schema!);
  const kept = Object.entries(value as Fields).flatMap(([field, child]): [string, Json][] => {
    const step = `f:${field}`;
    const left = removeMember(child, set.children.get(step), stepSchema(schema, step));
    return left === undefined ? [] : [[field, left]];
  });
  return Object.fromEntries(kept);
}

function removeItems(items: Json[], set: FieldSet, schema: Schema): Json[] {
  return items
    .map((item) => removeMember(item, set.children.get(itemStep(item, schema)), schema.items))
    .filter((item) => item !== undefined);
}

function removeMember(value: Json, set: FieldSet | undefined, schema: Schema | undefined): Json | undefined {
  if (!set) return value;
  return set.member ? undefined : removeFields(value, set, schema);
}

/** The set with the named fields on the way to its fields. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [step, child] of set.children) {
    const below = withNamedFields(child, stepSchema(schema, step));
    children.set(step, { member: child.member || isNamed(schema, step), children: below.children });
  }
  return children.size === 0 ? emptySetLike(set) : { member: set.member, children };
}

const emptySetLike = (set: FieldSet): FieldSet => (set.member ? { member: true, children: new Map() } : emptySet);
