import type { Schema } from '../schema.ts';

/** Words to write schemas with; `more` adds to or overrides what they make. */
export const text = (more: Schema = {}): Schema => ({ type: 'string', ...more });
export const flag = (more: Schema = {}): Schema => ({ type: 'boolean', ...more });
export const integer = (more: Schema = {}): Schema => ({ type: 'integer', ...more });
export const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
export const object = (properties: { [field: string]: Schema }, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  ...more,
});
export const map = (additionalProperties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties,
  ...more,
});
/** An object of which only the fields that matter here are declared; the others are kept as they are. */
export const open = (properties: { [field: string]: Schema } = {}, more: Schema = {}): Schema => ({
  ...object(properties, more),
  'x-kubernetes-preserve-unknown-fields': true,
});
/** A list that has one owner as a whole. */
export const atomicList = (items: Schema, more: Schema = {}): Schema =>
  list(items, { ...more, 'x-kubernetes-list-type': 'atomic' });
/** A list whose items are told apart by one field. */
export const listBy = (key: string, items: Schema, more: Schema = {}): Schema =>
  list(items, { ...more, 'x-kubernetes-list-map-keys': [key], 'x-kubernetes-list-type': 'map' });
/** The same schema with a description of its own. */
export const described = (description: string, schema: Schema): Schema => ({ ...schema, description });
