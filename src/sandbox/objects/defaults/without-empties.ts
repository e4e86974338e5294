import type { Json } from '../../../core/objects.ts';
import { fieldSchema, type Schema } from '../../../schema/schema.ts';
import { isFields } from '../shape.ts';

/** The value without the optional lists and maps that hold nothing: the API server's own types do not tell them from absent ones. */
export function withoutEmpties(value: Json, schema: Schema | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => withoutEmpties(item, schema?.items));
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([name, child]) => {
    const isOptional = !schema?.required?.includes(name);
    return !(isOptional && isEmpty(child, fieldSchema(schema, name)));
  });
  return Object.fromEntries(kept.map(([name, child]) => [name, withoutEmpties(child, fieldSchema(schema, name))]));
}

function isEmpty(value: Json, schema: Schema | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && schema?.additionalProperties !== undefined && Object.keys(value).length === 0;
}
