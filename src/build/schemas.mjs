// @ts-check
// Makes src/schema/generated/ from the package that declares the Kubernetes kinds: definitions.js holds the types of every kind that
// the sandbox serves, keyed by the API server's own names for them; descriptions.js holds the prose, which only `explain` needs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as facts from './field-facts.mjs';

const target = 'src/schema/generated';
const models = join(dirname(fileURLToPath(import.meta.resolve('@kubernetes/client-node'))), 'gen', 'models');

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** @type {[model: string, group: string][]} */
const kinds = [
  ...[
    'Namespace',
    'Service',
    'ServiceAccount',
    'Pod',
    'ConfigMap',
    'Secret',
    'Node',
    'Endpoints',
    'ResourceQuota',
    'LimitRange',
  ].map((kind) => /** @type {[string, string]} */ ([`V1${kind}`, ''])),
  ['CoreV1Event', ''],
  ['V1Deployment', 'apps'],
  ['V1ReplicaSet', 'apps'],
  ['V1EndpointSlice', 'discovery.k8s.io'],
  ['V1Lease', 'coordination.k8s.io'],
  ['V1CustomResourceDefinition', 'apiextensions.k8s.io'],
  ['V1SelfSubjectAccessReview', 'authorization.k8s.io'],
  ['EventsV1Event', 'events.k8s.io'],
  ['V1Scale', 'autoscaling'],
];
/** Types that no kind refers to, and responses are made of. */
const responses = ['V1ListMeta', 'V1Status', 'V1DeleteOptions', 'V1Condition'];

/** The package of a model in the server's own naming; the first rule that fits decides, core where none does. */
const packages = /** @type {[RegExp, string][]} */ ([
  [
    /^V1(ObjectMeta|ListMeta|Status|StatusDetails|StatusCause|LabelSelector|LabelSelectorRequirement|ManagedFieldsEntry|OwnerReference|DeleteOptions|Preconditions|Condition|FieldSelectorRequirement)$/,
    meta,
  ],
  [/^V1(Deployment|ReplicaSet|RollingUpdateDeployment)/, 'io.k8s.api.apps.v1'],
  [
    /^(V1(Endpoint|EndpointConditions|EndpointHints|EndpointSlice|ForZone|ForNode)|DiscoveryV1.*)$/,
    'io.k8s.api.discovery.v1',
  ],
  [/^V1Lease/, 'io.k8s.api.coordination.v1'],
  [/^V1Scale(Spec|Status)?$/, 'io.k8s.api.autoscaling.v1'],
  [/^V1.*(AccessReview|Attributes)/, 'io.k8s.api.authorization.v1'],
  [/^EventsV1/, 'io.k8s.api.events.v1'],
  [
    /^(V1CustomResource|V1JSONSchemaProps|V1ExternalDocumentation|V1ValidationRule|V1Webhook|ApiextensionsV1|V1SelectableField)/,
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  ],
]);

const shortName = (/** @type {string} */ model) => model.replace(/^[A-Za-z]*?V1/, '');

/** @param {string} model */
function definitionName(model) {
  const home = packages.find(([pattern]) => pattern.test(model))?.[1] ?? 'io.k8s.api.core.v1';
  return `${home}.${shortName(model)}`;
}

/** @typedef {Record<string, any>} Schema */

const scalars = /** @type {Record<string, Schema>} */ ({
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  IntOrString: { $ref: intOrString },
  object: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
});

/**
 * The schema of a TypeScript type as the models spell it.
 * @param {string} type
 * @param {string} format
 * @param {(model: string) => Schema} reference
 * @returns {Schema}
 */
function schemaOfType(type, format, reference) {
  const scalar = scalars[type];
  if (scalar) return { ...scalar, ...(format && type === 'string' ? { format } : {}) };
  if (type === 'number') return { type: format === 'double' ? 'number' : 'integer', ...(format ? { format } : {}) };
  const array = /^Array<(.*)>$/.exec(type);
  if (array) return { type: 'array', items: schemaOfType(String(array[1]), format, reference) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return { type: 'object', additionalProperties: schemaOfType(String(map[1]), format, reference) };
  return reference(type);
}

/**
 * Adds what field-facts.mjs knows about one field.
 * @param {Schema} schema
 * @param {string} path type and field, as in `PodSpec.containers`
 * @returns {Schema}
 */
function withFacts(schema, path) {
  const lists = /** @type {Record<string, string>} */ (facts.mapLists);
  if (facts.quantities.includes(path)) {
    const value = { $ref: quantity };
    return schema.additionalProperties ? { ...schema, additionalProperties: value } : value;
  }
  if (schema.type === 'array') Object.assign(schema, listFacts(path, lists[path]?.split(' ')));
  if (facts.atomicMaps.includes(path)) schema['x-kubernetes-map-type'] = 'atomic';
  if (facts.retainKeys.includes(path)) {
    const merge = schema['x-kubernetes-patch-strategy'];
    schema['x-kubernetes-patch-strategy'] = merge ? `${merge},retainKeys` : 'retainKeys';
  }
  const values = /** @type {Record<string, string>} */ (facts.enums)[path];
  if (values) schema.enum = values.split(' ');
  const fallback = /** @type {Record<string, string>} */ (facts.defaults)[path];
  if (fallback) schema.default = fallback;
  return schema;
}

/**
 * @param {string} path
 * @param {string[] | undefined} keys
 */
function listFacts(path, keys) {
  if (keys) {
    const merge = { 'x-kubernetes-patch-merge-key': keys[0], 'x-kubernetes-patch-strategy': 'merge' };
    const patch = facts.withoutPatchMerge.includes(path) ? {} : merge;
    return { 'x-kubernetes-list-map-keys': keys, 'x-kubernetes-list-type': 'map', ...patch };
  }
  const type = facts.setLists.includes(path) ? 'set' : 'atomic';
  return {
    'x-kubernetes-list-type': type,
    ...(facts.mergedSets.includes(path) ? { 'x-kubernetes-patch-strategy': 'merge' } : {}),
  };
}

/** The prose of one doc comment, on one line. */
const prose = (/** @type {string | undefined} */ text) => (text ?? '').replaceAll(/\\(['"])/g, '$1').trim();

/**
 * One model's definition and prose.
 * @param {string} model
 * @param {(model: string) => Schema} reference
 */
function readModel(model, reference) {
  const declaration = readFileSync(join(models, `${model}.d.ts`), 'utf8');
  const code = readFileSync(join(models, `${model}.js`), 'utf8');
  const list = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code)?.[1] ?? '[]';
  /** @type {{ name: string, baseName: string, type: string, format: string }[]} */
  const fields = JSON.parse(list);
  /** @type {Record<string, { optional: boolean, text: string }>} */
  const members = {};
  for (const [, text, name, mark] of declaration.matchAll(/(?:\/\*\*\n\s*\* (.*)\n\s*\*\/\n\s*)?'([^'\n]+)'(\??): /g)) {
    members[String(name)] = { optional: mark === '?', text: prose(text) };
  }
  /** @type {Schema} */
  const properties = {};
  /** @type {Record<string, string>} */
  const texts = { '': prose(/\/\*\*\n\* (.*)\n\*\/\nexport declare class/.exec(declaration)?.[1]) };
  for (const field of fields) {
    const path = `${shortName(model)}.${field.baseName}`;
    properties[field.baseName] = withFacts(schemaOfType(field.type, field.format, reference), path);
    texts[field.baseName] = members[field.name]?.text ?? '';
  }
  const required = fields.filter(({ name }) => members[name]?.optional === false).map(({ baseName }) => baseName);
  return { properties, required, texts };
}

/** @type {Record<string, Schema>} */
const definitions = {
  [intOrString]: {
    format: 'int-or-string',
    'x-kubernetes-int-or-string': true,
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
  [quantity]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
};
/** @type {Record<string, Record<string, string>>} */
const descriptions = {
  [intOrString]: { '': 'A whole number or a string.' },
  [quantity]: { '': 'A fixed-point number, as a string with a suffix such as m, Ki or Mi, or as a plain number.' },
};

const pending = [...kinds.map(([model]) => model), ...responses];
for (const model of pending) {
  const name = definitionName(model);
  if (definitions[name]) continue;
  const { properties, required, texts } = readModel(model, (other) => {
    pending.push(other);
    return { $ref: definitionName(other) };
  });
  const group = kinds.find(([kind]) => kind === model)?.[1];
  definitions[name] = {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...(facts.atomicTypes.includes(shortName(model)) || facts.atomicTypes.includes(model)
      ? { 'x-kubernetes-map-type': 'atomic' }
      : {}),
    ...(group === undefined
      ? {}
      : { 'x-kubernetes-group-version-kind': [{ group, version: 'v1', kind: shortName(model) }] }),
  };
  descriptions[name] = texts;
}

/**
 * Writes a module that parses its value: the engine reads JSON in a string several times faster than the same as code.
 * @param {string} name
 * @param {object} value
 */
function writeModule(name, value) {
  const text = JSON.stringify(JSON.stringify(value));
  writeFileSync(join(target, `${name}.js`), `export default JSON.parse(${text});\n`);
}

mkdirSync(target, { recursive: true });
writeModule('definitions', definitions);
writeModule('descriptions', descriptions);
