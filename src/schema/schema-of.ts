import { customSchemas } from './custom/custom-schemas.ts';
import { definitionName, linkedDefinition, objectMetaName } from './definitions.ts';
import type { Schema } from './schema.ts';

/** The whole schema of a custom resource: its own, with the metadata that every object has. */
export function withObjectMeta(schema: Schema): Schema {
  const { apiVersion = {}, kind = {}, metadata: _, ...own } = schema.properties ?? {};
  const properties: { [name: string]: Schema } = {
    apiVersion: { type: 'string', ...apiVersion },
    kind: { type: 'string', ...kind },
    metadata: linkedDefinition(objectMetaName),
    ...own,
  };
  return { ...schema, type: 'object', properties };
}

const wholeSchemas = new Map<string, Schema>();

/** The schema of a kind that Kubernetes has built in or that tcpshift carries the definition of; undefined for others. */
export function schemaOf(apiVersion: string, kind: string): Schema | undefined {
  const builtin = definitionName({ apiVersion, kind });
  if (builtin !== undefined) return linkedDefinition(builtin);
  const key = `${apiVersion} ${kind}`;
  const known = wholeSchemas.get(key);
  const custom = customSchemas[key];
  if (known || !custom) return known;
  const whole = withObjectMeta(custom);
  wholeSchemas.set(key, whole);
  return whole;
}
