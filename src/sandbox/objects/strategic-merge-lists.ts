import type { Json, JsonObject } from '../../core/objects.ts';
import { goText, PatchError } from './patch-error.ts';

export interface Lists {
  live: readonly Json[];
  patch: readonly Json[];
  /** The order that the client saw last, from `$setElementOrder`. */
  order: readonly Json[] | undefined;
}

/** Merges lists of plain values: the union without the deleted ones. */
export function mergeScalars({ live, patch, order }: Lists, deleted: readonly Json[]): Json[] {
  const merged = [...new Set([...live.filter((item) => !deleted.includes(item)), ...patch])];
  return arranged(merged, live, { order: order ?? patch, id: (item) => item });
}

/**
 * Merges lists of objects that one key tells apart. `{ $patch: 'delete', key }` removes an item, `{ $patch: 'replace' }` all of them.
 * @throws PatchError an item of the patch lacks the key
 */
export function mergeItems(
  { live, patch, order }: Lists,
  key: string,
  merge: (item: JsonObject, patch: JsonObject) => JsonObject,
): Json[] {
  const items = patch as JsonObject[];
  const changes = items.filter((item) => item['$patch'] === undefined || item['$patch'] === 'merge');
  if (items.some(isReplacement)) return changes.map((item) => merge({}, item));
  const id = (item: Json) => idOf(item as JsonObject, key);
  const deleted = new Set(items.filter((item) => item['$patch'] === 'delete').map(id));
  const merged = (live as JsonObject[]).filter((item) => !deleted.has(id(item)));
  for (const change of changes) {
    // Ports of one number and two protocols share their key: the first of them is the one that changes.
    const index = merged.findIndex((item) => id(item) === id(change));
    merged.splice(index < 0 ? merged.length : index, 1, merge(merged[index] ?? {}, change));
  }
  // New items count as the server's own where deleted ones have left room for them: so the API server has it.
  return arranged(merged, merged.slice(0, live.length), { order: order ?? changes, id });
}

const isReplacement = (item: JsonObject) => item['$patch'] === 'replace';

function idOf(item: JsonObject, key: string): Json {
  const id = item[key];
  if (id === undefined) throw new PatchError(`map: ${goText(item)} does not contain declared merge key: ${key}`);
  return id;
}

interface Arrangement {
  order: readonly Json[];
  id: (item: Json) => Json;
}

/** The items in the client's order; items that the client did not know stay before those that they preceded. */
function arranged(items: readonly Json[], live: readonly Json[], { order, id }: Arrangement): Json[] {
  const known = order.map(id);
  const position = new Map(live.map((item, index) => [id(item), index] as const).toReversed());
  const wanted = items.filter((item) => known.includes(id(item)));
  const left = items.filter((item) => !known.includes(id(item)));
  const right = wanted.toSorted((a, b) => known.indexOf(id(a)) - known.indexOf(id(b)));
  const result: Json[] = [];
  const isBefore = (a: Json, b: Json) => (position.get(id(a)) ?? Infinity) < (position.get(id(b)) ?? -Infinity);
  while (left.length > 0 && right.length > 0)
    result.push(isBefore(left[0]!, right[0]!) ? left.shift()! : right.shift()!);
  return [...result, ...left, ...right];
}
