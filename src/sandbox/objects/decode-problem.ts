import type { KubeObject } from '../../core/objects.ts';
import { definitionName, definitions, type Definition } from '../../schema/definitions.ts';
import { findings, illegalBase64, type Finding } from '../../schema/findings.ts';
import { apiVersionOf, type Kind } from './kinds.ts';

/** Why an object of a built-in kind cannot even be read, as the API server says it with a 400; undefined where it can. */
export function decodeProblem(object: KubeObject, kind: Kind): string | undefined {
  const problem = unreadable(object, kind);
  return problem && `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`;
}

/**
 * What an object of a built-in kind cannot be read for: a value has the wrong type.
 * Undefined where it can be read, and always for custom kinds, whose types are a matter of validation.
 */
export function unreadable(object: KubeObject, kind: Kind): string | undefined {
  const root = definitionName({ apiVersion: apiVersionOf(kind), kind: kind.kind });
  const wrong = root && findings(object, kind.schema).find(isUnreadable);
  if (!root || !wrong) return undefined;
  if (wrong.rule === 'format') return `illegal base64 data at input byte ${illegalBase64(String(wrong.value))}`;
  const { holder, path, type } = goField(root, wrong.path.replaceAll(/\[\d+\]/g, '').split('.'));
  return `json: cannot unmarshal ${goValue(wrong.value)} into Go struct field ${holder}.${path} of type ${type}`;
}

function isUnreadable({ rule, schema }: Finding): boolean {
  return rule === 'type' || (rule === 'format' && schema.format === 'byte');
}

function goValue(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : typeof value;
}

const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1);

/** The struct, path and type that Go names: struct fields alone, neither indexes nor the keys of maps. */
function goField(root: string, steps: readonly string[]) {
  let [holder, schema]: [string, Definition] = [root, { $ref: root }];
  const path: string[] = [];
  for (const step of steps) {
    const element = schema.items ?? schema;
    const name = element.$ref;
    const field = name === undefined ? undefined : definitions[name]?.properties?.[step];
    if (name === undefined || !field)
      return { holder: shortName(holder), path: path.join('.'), type: valueType(schema) };
    [holder, schema] = [name, field];
    path.push(step);
  }
  return { holder: shortName(holder), path: path.join('.'), type: goType(schema) };
}

const valueType = ({ additionalProperties }: Definition) =>
  typeof additionalProperties === 'object' ? goType(additionalProperties) : 'string';

function goType(schema: Definition): string {
  const { $ref: name, type, format, items } = schema;
  if (name !== undefined) return `v1.${shortName(name)}`;
  if (items) return `[]${goType(items)}`;
  if (type === 'object') return `map[string]${valueType(schema)}`;
  if (type === 'integer') return format ?? 'int32';
  if (type === 'number') return 'float64';
  return type === 'boolean' ? 'bool' : 'string';
}
