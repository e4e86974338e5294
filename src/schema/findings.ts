import type { Json } from '../core/objects.ts';
import { fieldSchema, keepsUnknown, type Schema } from './schema.ts';

/** A rule of a schema that a value breaks. */
export type Rule =
  | 'unknown'
  | 'type'
  | 'required'
  | 'enum'
  | 'minimum'
  | 'maximum'
  | 'minLength'
  | 'maxLength'
  | 'pattern'
  | 'format'
  | 'minItems'
  | 'maxItems'
  | 'minProperties'
  | 'maxProperties'
  | 'duplicate'
  | 'oneOf'
  | 'anyOf'
  | 'not';

/** One broken rule. `path` is the way to the value, `[0]` and `.name` spelled as in `spec.rules[0].name`; the empty string is the object. */
export interface Finding {
  path: string;
  rule: Rule;
  /** What was found; undefined where the field is missing. */
  value: unknown;
  /** The schema that says so. */
  schema: Schema;
}

type Report = (finding: Finding) => void;

/** The path of a field of what `path` leads to. */
export function fieldPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/**
 * Everything in `value` that the schema does not allow, depth first and in the order of the value's own fields.
 * Null fields pass: the API server drops them where the schema does not say `nullable`.
 */
export function findings(value: unknown, schema: Schema, path = ''): Finding[] {
  const found: Finding[] = [];
  walk(value, schema, path, (finding) => found.push(finding));
  return found;
}

function walk(value: unknown, schema: Schema, path: string, report: Report): void {
  if (value === null || value === undefined) return;
  const breaks = (rule: Rule) => report({ path, rule, value, schema });
  if (!hasType(value, schema)) return breaks('type');
  if (schema.enum && !schema.enum.includes(value as Json)) breaks('enum');
  if (typeof value === 'string') checkString(value, schema, breaks);
  if (typeof value === 'number') checkNumber(value, schema, breaks);
  if (Array.isArray(value)) walkArray(value, schema, path, report);
  else if (typeof value === 'object') walkObject(value as Record<string, unknown>, schema, path, report);
  checkCombined(value, schema, breaks);
}

function hasType(value: unknown, schema: Schema): boolean {
  if (schema['x-kubernetes-int-or-string']) return typeof value === 'string' || Number.isInteger(value);
  switch (schema.type) {
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === schema.type;
    default:
      return true;
  }
}

function checkString(value: string, schema: Schema, breaks: (rule: Rule) => void): void {
  // Lengths count characters, not UTF-16 units.
  if (schema.minLength !== undefined && Array.from(value).length < schema.minLength) breaks('minLength');
  if (schema.maxLength !== undefined && Array.from(value).length > schema.maxLength) breaks('maxLength');
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) breaks('pattern');
  if (schema.format !== undefined && formats[schema.format]?.(value) === false) breaks('format');
}

const patterns = new Map<string, RegExp>();

/** The pattern as JavaScript reads it; one that it cannot read matches everything, for the API server reads Go's syntax. */
function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known) return known;
  const pattern = compiled(source);
  patterns.set(source, pattern);
  return pattern;
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    return /(?:)/;
  }
}

const timestamp = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const octet = /^(0|[1-9]\d{0,2})$/;

const formats: Record<string, ((value: string) => boolean) | undefined> = {
  'date-time': (value) => timestamp.test(value),
  byte: (value) => illegalBase64(value) === undefined,
  ipv4: (value) => isIpv4(value),
  ipv6: (value) => value.includes(':') && /^[0-9a-fA-F:.]+$/.test(value),
};

/** Where a text stops being base64, as Go counts; undefined where it is base64 to its end. */
export function illegalBase64(text: string): number | undefined {
  const plain = text.replace(/[\r\n]/g, '');
  const good = /^[A-Za-z0-9+/]*/.exec(plain)![0].length;
  const padding = '='.repeat((4 - (good % 4)) % 4);
  if (good % 4 !== 1 && plain === plain.slice(0, good) + padding) return undefined;
  // What ends too early is wrong from its last group of four on.
  return good === plain.length ? good - (good % 4) : good;
}

/** True for four decimal octets without leading zeros. */
export function isIpv4(value: string): boolean {
  const octets = value.split('.');
  return octets.length === 4 && octets.every((part) => octet.test(part) && Number(part) <= 255);
}

function checkNumber(value: number, schema: Schema, breaks: (rule: Rule) => void): void {
  if (schema.minimum !== undefined && value < schema.minimum) breaks('minimum');
  if (schema.maximum !== undefined && value > schema.maximum) breaks('maximum');
  if (schema.format === 'int32' && Math.abs(value + 0.5) > 2 ** 31) breaks('format');
}

function walkArray(values: unknown[], schema: Schema, path: string, report: Report): void {
  const breaks = (rule: Rule) => report({ path, rule, value: values, schema });
  if (schema.minItems !== undefined && values.length < schema.minItems) breaks('minItems');
  if (schema.maxItems !== undefined && values.length > schema.maxItems) return breaks('maxItems');
  if (!schema.items) return;
  const keys = new Set<string>();
  values.forEach((value, index) => {
    walk(value, schema.items!, `${path}[${index}]`, report);
    const key = itemKey(value, schema);
    if (key !== undefined && keys.has(key)) report({ path: `${path}[${index}]`, rule: 'duplicate', value, schema });
    if (key !== undefined) keys.add(key);
  });
}

function itemKey(value: unknown, schema: Schema): string | undefined {
  if (schema['x-kubernetes-list-type'] === 'set') return JSON.stringify(value);
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys || typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  return JSON.stringify(keys.map((key) => fields[key] ?? fieldSchema(schema.items, key)?.default ?? null));
}

function walkObject(fields: Record<string, unknown>, schema: Schema, path: string, report: Report): void {
  const breaks = (rule: Rule) => report({ path, rule, value: fields, schema });
  const names = Object.keys(fields);
  if (schema.minProperties !== undefined && names.length < schema.minProperties) breaks('minProperties');
  if (schema.maxProperties !== undefined && names.length > schema.maxProperties) return breaks('maxProperties');
  for (const name of schema.required ?? []) {
    if (fields[name] !== undefined && fields[name] !== null) continue;
    const missing = fieldSchema(schema, name) ?? {};
    // A missing field with a default is the server's to fill in.
    if (missing.default === undefined)
      report({ path: fieldPath(path, name), rule: 'required', value: undefined, schema: missing });
  }
  const open = keepsUnknown(schema) || (schema.properties === undefined && schema.type === undefined);
  for (const name of names) {
    const declared = fieldSchema(schema, name);
    if (declared) walk(fields[name], declared, fieldPath(path, name), report);
    else if (!open) report({ path: fieldPath(path, name), rule: 'unknown', value: fields[name], schema });
  }
}

const fits = (value: unknown, schema: Schema) => findings(value, { ...schema, ...anyField }).length === 0;

/** A branch of a combination names the fields that it is about, never all. */
const anyField = { 'x-kubernetes-preserve-unknown-fields': true } as const;

function checkCombined(value: unknown, schema: Schema, breaks: (rule: Rule) => void): void {
  if (schema['x-kubernetes-int-or-string']) return;
  if (schema.anyOf && !schema.anyOf.some((branch) => fits(value, branch))) breaks('anyOf');
  if (schema.oneOf && schema.oneOf.filter((branch) => fits(value, branch)).length !== 1) breaks('oneOf');
  if (schema.not && fits(value, schema.not)) breaks('not');
  for (const branch of schema.allOf ?? []) checkCombined(value, branch, breaks);
}
