import type { Json, JsonObject } from '../../core/objects.ts';
import { fieldSchema, type Schema } from '../../schema/schema.ts';

/** How the fields inside a value are owned: not at all (`leaf`), each by its name (`map`), each item by its key (`list`). */
export type Shape = 'leaf' | 'map' | 'list';

export const isFields = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The shape of a value; where the schema is silent, objects are maps and lists are leaves. */
export function shapeOf(value: Json, schema: Schema | undefined): Shape {
  if (Array.isArray(value)) return (schema?.['x-kubernetes-list-type'] ?? 'atomic') === 'atomic' ? 'leaf' : 'list';
  return isFields(value) && schema?.['x-kubernetes-map-type'] !== 'atomic' ? 'map' : 'leaf';
}

/** The step that leads to a list's item: its keys, defaults filled in, or its value. */
export function itemStep(item: Json, schema: Schema): string {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys || !isFields(item)) return `v:${JSON.stringify(item)}`;
  const named = keys.toSorted().map((key) => [key, item[key] ?? fieldSchema(schema.items, key)?.default ?? null]);
  return `k:${JSON.stringify(Object.fromEntries(named))}`;
}

/** The items of a list by their steps; of items with one key the first counts. */
function itemsByStep(items: readonly Json[], schema: Schema): Map<string, Json> {
  return new Map(items.toReversed().map((item) => [itemStep(item, schema), item] as const));
}

/** The schema at the other end of a step. */
export function stepSchema(schema: Schema | undefined, step: string): Schema | undefined {
  return step.startsWith('f:') ? fieldSchema(schema, step.slice(2)) : schema?.items;
}

/** True for a field that the schema declares by name, unlike a map's entry. */
export function isNamed(schema: Schema | undefined, step: string): boolean {
  return step.startsWith('f:') && Object.hasOwn(schema?.properties ?? {}, step.slice(2));
}

/** The members of a map or list with the steps that lead to them, in the value's order. */
export function membersOf(value: Json | undefined, schema: Schema | undefined): Map<string, Json> {
  if (Array.isArray(value)) return new Map([...itemsByStep(value, schema ?? {})].toReversed());
  if (!isFields(value)) return new Map();
  return new Map(Object.entries(value).map(([field, child]) => [`f:${field}`, child]));
}
