import type { KindRef } from '../core/objects.ts';
import generated from './generated/definitions.js';
import type { Schema } from './schema.ts';

/** A definition as generated: other definitions appear as `{ $ref: name }`. */
export type Definition = Omit<Schema, 'properties' | 'items' | 'additionalProperties'> & {
  $ref?: string;
  properties?: { [name: string]: Definition };
  items?: Definition;
  additionalProperties?: Definition | boolean;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
};

/** The types of the built-in kinds by the API server's names for them, such as `io.k8s.api.core.v1.PodSpec`. */
export const definitions = generated as Readonly<Record<string, Definition>>;

export const objectMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const linked = new Map<string, Schema>();
let names: ReadonlyMap<string, string> | undefined;

/** A built-in type with every reference replaced by what it refers to; types that contain themselves become cycles. */
export function linkedDefinition(name: string): Schema {
  const known = linked.get(name);
  if (known) return known;
  const schema: Schema = {};
  // Known before its fields are: a field may lead back here.
  linked.set(name, schema);
  return Object.assign(schema, link(definitions[name]!));
}

function link(definition: Definition): Schema {
  const { $ref: reference, properties, items, additionalProperties, ...own } = definition;
  if (reference !== undefined) {
    const target = linkedDefinition(reference);
    return Object.keys(own).length === 0 ? target : { ...target, ...own };
  }
  const schema: Schema = own;
  if (properties) {
    schema.properties = Object.fromEntries(Object.entries(properties).map(([field, child]) => [field, link(child)]));
  }
  if (items) schema.items = link(items);
  if (additionalProperties !== undefined) {
    schema.additionalProperties =
      typeof additionalProperties === 'object' ? link(additionalProperties) : additionalProperties;
  }
  return schema;
}

/** The name of a built-in kind's type, or undefined where the kind is not built in. */
export function definitionName({ apiVersion, kind }: KindRef): string | undefined {
  names ??= new Map(Object.entries(definitions).flatMap(([name, definition]) => kindKeys(name, definition)));
  return names.get(`${apiVersion} ${kind}`);
}

function kindKeys(name: string, definition: Definition): [string, string][] {
  const kinds = definition['x-kubernetes-group-version-kind'] ?? [];
  return kinds.map(({ group, version, kind }) => [`${group ? `${group}/` : ''}${version} ${kind}`, name]);
}
