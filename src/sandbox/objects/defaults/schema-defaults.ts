import type { Json, JsonObject } from '../../../core/objects.ts';
import { fieldSchema, type Schema } from '../../../schema/schema.ts';
import { isFields } from '../shape.ts';

/** A copy of the value with the defaults that its schema declares, and without nulls where the schema does not take any. */
export function schemaDefaults(value: Json, schema: Schema | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => schemaDefaults(item, schema?.items));
  if (!isFields(value)) return value;
  const fields = Object.entries(value).filter(([name, child]) => child !== null || keepsNull(schema, name));
  const filled: JsonObject = Object.fromEntries([...missing(Object.fromEntries(fields), schema), ...fields]);
  return Object.fromEntries(
    Object.entries(filled).map(([name, child]) => [name, schemaDefaults(child, fieldSchema(schema, name))]),
  );
}

function keepsNull(schema: Schema | undefined, name: string): boolean {
  const declared = fieldSchema(schema, name);
  return declared === undefined || declared.nullable === true;
}

function missing(fields: JsonObject, schema: Schema | undefined): [string, Json][] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, { default: fallback }]) =>
    fallback === undefined || fields[name] !== undefined ? [] : [[name, structuredClone(fallback)]],
  );
}
