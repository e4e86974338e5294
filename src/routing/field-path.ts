/** The way from an object to one of its fields: names of fields and places in lists, `['spec', 'tcp', 0]`. */
export type FieldPath = readonly (string | number)[];

/** The value at a path; undefined where the path leads nowhere. */
export function fieldAt(object: unknown, path: FieldPath): unknown {
  return path.reduce<any>((value, step) => value?.[step], object);
}
