import type { KubeObject } from '../core/objects.ts';
import { findings, type Finding, type Rule } from './findings.ts';
import { schemaOf } from './schema-of.ts';

export interface FieldProblem {
  /** Way to the field, such as `spec.rules[0].backendRefs[1].weight`. */
  field: string;
  /** What is wrong with it, to be read after the field's name. */
  problem: string;
}

/**
 * What the API server would refuse or drop in an object, found without asking it: unknown fields, wrong types, missing fields, values out of range.
 * Empty for kinds whose schema tcpshift does not carry.
 */
export function fieldProblems(object: KubeObject): FieldProblem[] {
  const schema = schemaOf(object.apiVersion, object.kind);
  if (!schema) return [];
  return misspeltFirst(findings(object, schema)).map((finding) => ({
    field: finding.path,
    problem: wordings[finding.rule](finding),
  }));
}

/** A misspelt field is often reported as missing as well; its own name says more. */
function misspeltFirst(found: readonly Finding[]): Finding[] {
  return found.toSorted((left, right) => Number(right.rule === 'unknown') - Number(left.rule === 'unknown'));
}

const shown = (value: unknown) => JSON.stringify(value) ?? 'nothing';
const count = (value: unknown) => (Array.isArray(value) ? value.length : Object.keys(value as object).length);

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : shown(value);
}

const typeNames: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

const wordings = {
  unknown: () => 'is not a field of this kind',
  type: ({ schema, value }) =>
    `must be ${schema.type ? typeNames[schema.type] : 'a whole number or a string'}, got ${kindOfValue(value)}`,
  required: () => 'is missing',
  enum: ({ schema, value }) => `must be one of ${schema.enum!.map(shown).join(', ')}, got ${shown(value)}`,
  minimum: ({ schema, value }) => `must be at least ${schema.minimum}, got ${shown(value)}`,
  maximum: ({ schema, value }) => `must be at most ${schema.maximum}, got ${shown(value)}`,
  minLength: ({ schema, value }) =>
    schema.minLength === 1
      ? 'must not be empty'
      : `must have at least ${schema.minLength} characters, got ${shown(value)}`,
  maxLength: ({ schema, value }) => `must have at most ${schema.maxLength} characters, got ${shown(value)}`,
  pattern: ({ schema, value }) => `must match ${schema.pattern}, got ${shown(value)}`,
  format: ({ schema, value }) => `must be a valid ${schema.format}, got ${shown(value)}`,
  minItems: ({ schema, value }) => `must have at least ${schema.minItems} items, got ${count(value)}`,
  maxItems: ({ schema, value }) => `must have at most ${schema.maxItems} items, got ${count(value)}`,
  minProperties: ({ schema, value }) => `must have at least ${schema.minProperties} fields, got ${count(value)}`,
  maxProperties: ({ schema, value }) => `must have at most ${schema.maxProperties} fields, got ${count(value)}`,
  duplicate: () => 'repeats an earlier item',
  oneOf: () => 'must fit exactly one of the forms that its kind allows',
  anyOf: () => 'must fit one of the forms that its kind allows',
  not: () => 'has a form that its kind does not allow',
} satisfies Record<Rule, (finding: Finding) => string>;
