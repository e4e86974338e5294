import type { Json, JsonObject } from '../../core/objects.ts';
import { fieldSchema, type Schema } from '../../schema/schema.ts';
import { goText, PatchError } from './patch-error.ts';
import { mergeItems, mergeScalars } from './strategic-merge-lists.ts';
import { isFields } from './shape.ts';

const elementOrder = '$setElementOrder/';
const deletedScalars = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch, as kubectl sends it for built-in kinds: null deletes, maps merge, lists merge by the key that the
 * schema names and are replaced where it names none. Directives: `$patch`, `$retainKeys`, `$setElementOrder/…`,
 * `$deleteFromPrimitiveList/…`.
 * @throws PatchError an unknown `$patch` directive, or a list item without its key
 */
export function strategicMerge(live: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  const { $patch: directive, $retainKeys: retained, ...changes } = patch;
  if (directive === 'replace') return withoutDirectives(changes) as JsonObject;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw new PatchError(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
  }
  const result: JsonObject = retained === undefined ? { ...live } : pick(live, retained as string[]);
  for (const field of fieldsNamed(changes)) {
    const merged = mergeField(result[field], changes, { field, schema: fieldSchema(schema, field) });
    if (merged === undefined) delete result[field];
    else result[field] = merged;
  }
  return result;
}

/** The fields that a patch is about, by value or by directive alone. */
function fieldsNamed(patch: JsonObject): Set<string> {
  return new Set(Object.keys(patch).map((key) => key.replace(/^\$(setElementOrder|deleteFromPrimitiveList)\//, '')));
}

const pick = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));

interface NamedField {
  field: string;
  schema: Schema | undefined;
}

function mergeField(live: Json | undefined, patch: JsonObject, { field, schema }: NamedField): Json | undefined {
  const change = patch[field];
  const order = patch[elementOrder + field] as Json[] | undefined;
  const deleted = patch[deletedScalars + field] as Json[] | undefined;
  if (change === null) return undefined;
  if (isFields(change)) return mergeMap(live, change, schema);
  if (change !== undefined && !Array.isArray(change)) return change;
  if (!strategyOf(schema).includes('merge')) return change === undefined ? live : withoutDirectives(change);
  if (live !== undefined && !Array.isArray(live)) return change;
  const key = schema?.['x-kubernetes-patch-merge-key'];
  const lists = { live: live ?? [], patch: change ?? [], order };
  if (key === undefined) return mergeScalars(lists, deleted ?? []);
  return mergeItems(lists, key, (item, itemPatch) => strategicMerge(item, itemPatch, schema?.items));
}

function mergeMap(live: Json | undefined, change: JsonObject, schema: Schema | undefined): Json | undefined {
  if (change['$patch'] === 'delete') return undefined;
  if (!isFields(live)) return strategicMerge({}, change, schema);
  return strategyOf(schema).includes('replace') ? withoutDirectives(change) : strategicMerge(live, change, schema);
}

const strategyOf = (schema: Schema | undefined) => (schema?.['x-kubernetes-patch-strategy'] ?? '').split(',');

/** A patch's value as it is stored: without directives and nulls. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([name, child]) => !name.startsWith('$') && child !== null);
  return Object.fromEntries(kept.map(([name, child]) => [name, withoutDirectives(child)]));
}
