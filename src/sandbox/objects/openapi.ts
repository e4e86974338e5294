import { createHash } from 'node:crypto';
import { definitionName, definitions, objectMetaName, type Definition } from '../../schema/definitions.ts';
import descriptions from '../../schema/generated/descriptions.js';
import type { Schema } from '../../schema/schema.ts';
import { apiVersionOf, isBuiltin, type Kind } from './kinds.ts';
import { patchName, pathsOfKind, type OpenApiPart } from './openapi-paths.ts';

const texts = descriptions as Record<string, Record<string, string> | undefined>;

const listMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

/** A group and version as paths and indexes name it: `api/v1`, `apis/apps/v1`. */
const groupVersionPath = (kind: Kind) => `${kind.group ? 'apis' : 'api'}/${apiVersionOf(kind)}`;

/** The answer to `/openapi/v3`: where each group-version's document is; `hash` changes when the document does. */
export function openApiIndex(kinds: readonly Kind[]): OpenApiPart {
  const paths = new Map<string, { serverRelativeURL: string }>();
  for (const kind of kinds.filter(({ served }) => served)) {
    const path = groupVersionPath(kind);
    const hash = hashOf(kinds.filter((each) => each.served && groupVersionPath(each) === path));
    paths.set(path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` });
  }
  return { paths: Object.fromEntries(paths) };
}

function hashOf(kinds: readonly Kind[]): string {
  const parts = kinds.map((kind) => [apiVersionOf(kind), kind.kind, kind.plural, isBuiltin(kind) ? '' : kind.schema]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').toUpperCase();
}

const builtinName = (kind: Kind) => definitionName({ apiVersion: apiVersionOf(kind), kind: kind.kind });

/** The name of a kind's component; that of a custom kind is its group, reversed. */
function componentName(kind: Kind): string {
  return builtinName(kind) ?? [...kind.group.split('.').toReversed(), kind.version, kind.kind].join('.');
}

/** The answer to `/openapi/v3/apis/GROUP/VERSION`: types, descriptions and paths of the group-version's kinds. */
export function openApiDocument(group: string, version: string, kinds: readonly Kind[]): OpenApiPart {
  const own = kinds.filter((kind) => kind.served && kind.group === group && kind.version === version);
  const schemas: OpenApiPart = {};
  for (const kind of own) addKind(schemas, kind);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.assign({}, ...own.map((kind) => pathsOfKind(kind, componentName(kind)))) as OpenApiPart,
    components: { schemas: { ...schemas, [patchName]: { description: 'A patch.', type: 'object' } } },
  };
}

function addKind(schemas: OpenApiPart, kind: Kind): void {
  const name = componentName(kind);
  const builtin = builtinName(kind);
  if (builtin) addDefinition(schemas, builtin);
  else {
    schemas[name] = { ...custom(kind.schema), 'x-kubernetes-group-version-kind': [gvk(kind)] };
    addDefinition(schemas, objectMetaName);
  }
  addDefinition(schemas, 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');
  addDefinition(schemas, 'io.k8s.apimachinery.pkg.apis.meta.v1.Status');
  addDefinition(schemas, listMetaName);
  schemas[`${name}List`] = listOf(kind, name);
}

const gvk = ({ group, version, kind }: Kind, suffix = '') => ({ group, kind: `${kind}${suffix}`, version });

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function listOf(kind: Kind, name: string): OpenApiPart {
  return {
    description: `${kind.kind}List is a list of ${kind.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: described({ type: 'string' }, apiVersionText),
      items: { type: 'array', description: `The ${kind.plural}.`, items: { allOf: [reference(name)], default: {} } },
      kind: described({ type: 'string' }, kindText),
      metadata: { allOf: [reference(listMetaName)], default: {}, description: 'Standard list metadata.' },
    },
    'x-kubernetes-group-version-kind': [gvk(kind, 'List')],
  };
}

const apiVersionText = 'The version of the schema that this object is written in.';
const kindText = 'The kind of the object that this stands for.';
const metadataText = 'Standard metadata of every object.';

const described = (schema: object, description: string | undefined) =>
  description ? { description, ...schema } : schema;

function addDefinition(schemas: OpenApiPart, name: string): void {
  const definition = definitions[name];
  if (!definition || schemas[name]) return;
  const text = texts[name] ?? {};
  // Known before what it refers to, so that a type may contain itself.
  const component: OpenApiPart = (schemas[name] = {});
  const properties = Object.entries(definition.properties ?? {}).map(([field, schema]) => [
    field,
    described(published(schema, (other) => addDefinition(schemas, other)) as object, text[field]),
  ]);
  const { properties: _, ...own } = definition;
  Object.assign(component, described(own, text['']));
  if (definition.properties) component['properties'] = Object.fromEntries(properties);
}

/** A definition as it is published: references by their full name, in `allOf` so that they can have neighbours. */
function published(schema: Definition, refer: (name: string) => void): unknown {
  const { $ref: name, items, additionalProperties, properties, ...own } = schema;
  if (name !== undefined) {
    refer(name);
    return { ...own, allOf: [reference(name)] };
  }
  return {
    ...own,
    ...(items ? { items: published(items, refer) } : {}),
    ...(properties ? { properties: mapValues(properties, (each) => published(each, refer)) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === 'object' ? published(additionalProperties, refer) : additionalProperties,
        }),
  };
}

const mapValues = <T>(fields: Record<string, T>, change: (value: T) => unknown) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));

function custom(schema: Schema): OpenApiPart {
  const properties: Record<string, unknown> = { ...schema.properties };
  return {
    ...schema,
    properties: {
      ...properties,
      apiVersion: { type: 'string', description: apiVersionText },
      kind: { type: 'string', description: kindText },
      metadata: { allOf: [reference(objectMetaName)], description: metadataText },
    },
  };
}
