import { findings, type Finding, type Rule } from '../../../schema/findings.ts';
import type { Schema } from '../../../schema/schema.ts';
import { isFields } from '../shape.ts';
import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  wrongType,
  type FieldError,
} from './field-error.ts';

/** What a schema forbids in a custom resource, in the API server's words. Unknown fields are none of it: they are pruned or refused before. */
export function schemaErrors(value: unknown, schema: Schema): FieldError[] {
  return findings(value, schema).flatMap((finding) => wordings[finding.rule](finding));
}

const count = (value: unknown) => (Array.isArray(value) ? value.length : Object.keys(value as object).length);

/** The name of a value's type as JSON schema has it. */
function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

const inBody = (path: string, rule: string) => `${path} in body ${rule}`;

function wrongTypeOf({ path, value, schema }: Finding): FieldError[] {
  const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : schema.type;
  // Where the schema has a format, the real server speaks of formats, to which strings and lists have no answer.
  const isFormatted = schema.format !== undefined && typeof value !== 'string' && !Array.isArray(value);
  const found = isFormatted ? formatName(value) : typeName(value);
  const type = isFormatted ? schema.format : wanted;
  return [
    wrongType(path, found, inBody(path, `must be of type ${type}: "${found}"`)),
    ...(typeof value === 'number' && schema.type === 'integer' ? [outOfRange(path, schema)] : []),
  ];
}

function formatName(value: unknown): string {
  if (typeof value !== 'number') return '';
  return Number.isInteger(value) ? 'int64' : 'float64';
}

function outOfRange(path: string, { type, format }: Schema): FieldError {
  const wanted = `${type} ${format === undefined ? '(default format)' : `with format ${format}`}`;
  return invalid('<nil>', '', `Checked value must be of type ${wanted} in ${path}`);
}

function repeated({ path, value, schema }: Finding): FieldError {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys || !isFields(value)) return duplicate(path, value);
  return duplicate(path, Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, value[key]])));
}

/** A rule about the whole value: the server names no field, and the path in the text. */
const combined =
  (rule: string) =>
  ({ path }: Finding): FieldError =>
    invalid('<nil>', '', `"${path}" ${rule}`);

const restartPolicies = ['Always', 'OnFailure', 'Never'];

/** The values as the real server lists them, which is not always by the alphabet. */
function inOrder(values: readonly unknown[]): readonly unknown[] {
  const isPolicies = values.length === restartPolicies.length && restartPolicies.every((each) => values.includes(each));
  return isPolicies ? restartPolicies : values;
}

const wordings: Record<Rule, (finding: Finding) => FieldError | FieldError[]> = {
  unknown: () => [],
  type: wrongTypeOf,
  required: ({ path }) => required(path),
  enum: ({ path, value, schema }) => notSupported(path, value, inOrder(schema.enum!)),
  minimum: ({ path, value, schema }) =>
    invalid(path, value, inBody(path, `should be greater than or equal to ${schema.minimum}`)),
  maximum: ({ path, value, schema }) =>
    invalid(path, value, inBody(path, `should be less than or equal to ${schema.maximum}`)),
  minLength: ({ path, value, schema }) =>
    invalid(path, value, inBody(path, `should be at least ${schema.minLength} chars long`)),
  maxLength: ({ path, schema }) => tooLong(path, schema.maxLength!),
  pattern: ({ path, value, schema }) => invalid(path, value, inBody(path, `should match '${schema.pattern}'`)),
  format: ({ path, value, schema }) =>
    wrongType(path, value, inBody(path, `must be of type ${schema.format}: ${JSON.stringify(value)}`)),
  minItems: ({ path, value, schema }) =>
    invalid(path, count(value), inBody(path, `should have at least ${schema.minItems} items`)),
  maxItems: ({ path, value, schema }) => tooMany(path, count(value), schema.maxItems!),
  minProperties: ({ path, value, schema }) =>
    invalid(path, count(value), inBody(path, `should have at least ${schema.minProperties} properties`)),
  maxProperties: ({ path, value, schema }) => tooMany(path, count(value), schema.maxProperties!),
  duplicate: repeated,
  oneOf: combined('must validate one and only one schema (oneOf). Found none valid'),
  anyOf: combined('must validate at least one schema (anyOf)'),
  not: combined('must not validate the schema (not)'),
};
