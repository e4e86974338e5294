import type { Json } from '../../core/objects.ts';
import { isFields } from './shape.ts';

/** The same JSON with the fields of its objects, down to the given depth, in the order in which Go writes those of a map. */
export function inOrder(value: Json, depth = Infinity): Json {
  if (depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => inOrder(item, depth - 1));
  if (!isFields(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name]!, depth - 1)]));
}
