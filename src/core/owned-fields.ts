import { defined } from './defined.ts';
import type { Json, JsonObject, KubeObject } from './objects.ts';

/**
 * What a manager owns of a live object through server-side apply, as an object that it can apply again unchanged: identity, and every field that
 * its entries in managedFields name. Items of keyed lists keep their keys. Without such an entry only the identity is left.
 * Source of the encoding: FieldsV1 of structured-merge-diff (`f:` field, `k:` list key, `v:` set value, `i:` index, `.` the item itself).
 */
export function extractOwned(object: KubeObject, manager: string): KubeObject {
  const { name, namespace } = object.metadata;
  const entries = (object.metadata.managedFields ?? []).filter(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource,
  );
  const fields = entries.reduce<JsonObject>((all, entry) => union(all, entry.fieldsV1), {});
  const owned = extractMap(object, fields);
  return {
    ...owned,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      ...(owned['metadata'] as JsonObject | undefined),
      name,
      ...defined({ namespace }),
    },
  };
}

/** Who of the owners of a field wrote last, as managedFields tell it; undefined where they don't. Their times are whole seconds. */
export function lastWriterOf(
  { metadata: { managedFields = [] } }: KubeObject,
  path: readonly string[],
): { manager: string; time?: string } | undefined {
  const owns = (fields: JsonObject | undefined): boolean =>
    path.reduce<JsonObject | undefined>((at, name) => at?.[`f:${name}`] as JsonObject | undefined, fields) !==
    undefined;
  const writers = managedFields.filter(({ subresource, fieldsV1 }) => !subresource && owns(fieldsV1));
  const [last] = writers.toSorted((one, other) => (other.time ?? '').localeCompare(one.time ?? ''));
  return last && { manager: last.manager, ...defined({ time: last.time }) };
}

function union(left: JsonObject, right: JsonObject): JsonObject {
  const merged = { ...left };
  for (const [key, value] of Object.entries(right)) {
    merged[key] = key in merged ? union(merged[key] as JsonObject, value as JsonObject) : value;
  }
  return merged;
}

function extract(value: Json, fields: JsonObject): Json {
  const inner = Object.keys(fields).filter((key) => key !== '.');
  if (inner.length === 0) return value;
  if (Array.isArray(value)) return extractList(value, fields);
  return typeof value === 'object' && value !== null ? extractMap(value, fields) : value;
}

function extractMap(value: JsonObject, fields: JsonObject): JsonObject {
  const owned = Object.entries(fields).flatMap(([key, inner]): [string, Json][] => {
    const field = key.slice(2);
    const isHere = key.startsWith('f:') && Object.hasOwn(value, field);
    return isHere ? [[field, extract(value[field]!, inner as JsonObject)]] : [];
  });
  // An assignment would lose a field named __proto__.
  return Object.fromEntries(owned);
}

function extractList(items: Json[], fields: JsonObject): Json[] {
  const selectors = Object.entries(fields).map(([key, inner]) => itemSelector(key, inner as JsonObject));
  return items.flatMap((item, index) => {
    const found = selectors.find((selector) => selector.selects(item, index));
    return found ? [found.take(item)] : [];
  });
}

interface ItemSelector {
  selects(item: Json, index: number): boolean;
  take(item: Json): Json;
}

function itemSelector(key: string, inner: JsonObject): ItemSelector {
  const operand = key.slice(2);
  const take = (item: Json) => extract(item, inner);
  if (key.startsWith('i:')) return { selects: (_, index) => index === Number(operand), take };
  if (key.startsWith('v:')) return { selects: (item) => canonical(item) === canonical(JSON.parse(operand)), take };
  if (!key.startsWith('k:')) return { selects: () => false, take };
  const keys = JSON.parse(operand) as JsonObject;
  return {
    selects: (item) =>
      Object.entries(keys).every(
        ([name, value]) => canonical((item as JsonObject | null)?.[name]) === canonical(value),
      ),
    take: (item) => ({ ...keys, ...(take(item) as JsonObject) }),
  };
}

/** Text that is the same for equal values, whatever the order of their fields. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.keys(value).sort();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonical(value[field])}`).join()}}`;
}
