import type { Json } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import { isEmpty, type FieldSet } from './field-set.ts';
import { isFields, membersOf, shapeOf, stepSchema } from './shape.ts';

type DifferenceKind = 'added' | 'removed' | 'modified';

/** What differs between two values, as a tree like FieldSet's. */
export interface Comparison {
  change?: DifferenceKind;
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
export function changed(comparison: Comparison, ...changes: DifferenceKind[]): FieldSet {
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
