import type { Json } from '../core/objects.ts';

/** The way from an object to one of its fields: names of fields and places in lists, `['spec', 'tcp', 0]`. */
export type FieldPath = readonly (string | number)[];

/** The value at a path; undefined where the path leads nowhere. */
export function fieldAt(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), object);
}

/** Writes a value at a path; all of the path but its last step is there already. */
export function writeFieldAt(object: unknown, path: FieldPath, value: Json): void {
  const last = path.at(-1);
  const holder = fieldAt(object, path.slice(0, -1));
  if (last === undefined || !isObject(holder)) throw new TypeError(`nothing holds a field ${path.join('.')}`);
  holder[last] = value;
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
