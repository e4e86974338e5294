import type { Json, JsonObject } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import { isEmpty, type FieldSet } from './field-set.ts';
import { isFields, isNamed, itemStep, membersOf, shapeOf, stepSchema } from './shape.ts';

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

/** The value without the fields of a set; a map or list of which nothing is left stays, empty. */
export function removeFields(value: Json, set: FieldSet, schema: Schema | undefined): Json {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf') return value;
  if (shape === 'list') return removeItems(value as Json[], set, schema!);
  const kept = Object.entries(value as JsonObject).flatMap(([field, child]): [string, Json][] => {
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
  return { member: set.member, children };
}
