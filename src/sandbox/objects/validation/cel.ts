import { parse } from '@marcbachmann/cel-js';
import type { Json } from '../../../core/objects.ts';
import { firstLine } from '../../../core/text.ts';
import { fieldPath } from '../../../schema/findings.ts';
import { fieldSchema, type Schema, type ValidationRule } from '../../../schema/schema.ts';
import { isFields, itemStep } from '../shape.ts';
import { invalid, invalidWhole, type FieldError } from './field-error.ts';

/** A value at a path of an object, beside what was there before the write. */
interface CheckedValue {
  value: Json;
  /** Undefined where nothing comparable was there, so that rules about changes do not apply. */
  before: Json | undefined;
  path: string;
}

/** What the schema's CEL rules (`x-kubernetes-validations`) refuse. */
export function celErrors(value: Json, schema: Schema, before?: Json): FieldError[] {
  return errorsAt({ value, before, path: '' }, schema);
}

function errorsAt(place: CheckedValue, schema: Schema): FieldError[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => broken(rule, place, schema));
  return [...own, ...childrenOf(place, schema).flatMap(([child, childSchema]) => errorsAt(child, childSchema))];
}

function childrenOf({ value, before, path }: CheckedValue, schema: Schema): [CheckedValue, Schema][] {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (!items) return [];
    return value.map((item, index) => [
      { value: item, before: matching(item, before, schema), path: `${path}[${index}]` },
      items,
    ]);
  }
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, child]): [CheckedValue, Schema][] => {
    const declared = fieldSchema(schema, name);
    const previous = isFields(before) ? before[name] : undefined;
    return declared ? [[{ value: child, before: previous, path: fieldPath(path, name) }, declared]] : [];
  });
}

/** The item's former self: only items of a map list have one. */
function matching(item: Json, before: Json | undefined, schema: Schema): Json | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(before)) return undefined;
  const step = itemStep(item, schema);
  return before.find((each) => itemStep(each, schema) === step);
}

type CelProgram = ReturnType<typeof parse>;
const programs = new Map<string, CelProgram>();

function programOf(rule: string): CelProgram {
  const known = programs.get(rule);
  if (known) return known;
  const program = parse(rule);
  programs.set(rule, program);
  return program;
}

function broken(
  { rule, message }: ValidationRule,
  { value, before, path }: CheckedValue,
  schema: Schema,
): FieldError[] {
  const isTransition = /\boldSelf\b/.test(rule);
  if (isTransition && before === undefined) return [];
  const oldSelf = before === undefined ? {} : { oldSelf: celValue(before, schema) };
  try {
    if (programOf(rule)({ self: celValue(value, schema), ...oldSelf }) === true) return [];
  } catch (error) {
    return [invalid(path, schema.type, `${firstLine((error as Error).message)} evaluating rule: ${message ?? rule}`)];
  }
  const detail = message ?? `failed rule: ${rule}`;
  return [typeof value === 'object' ? invalidWhole(path, detail) : invalid(path, value, detail)];
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** A field's name as CEL rules spell it. */
const celName = (name: string) => (reserved.has(name) ? `__${name}__` : name);

/** The value as CEL sees it: integers as its int, fields with names that CEL can say. */
function celValue(value: Json, schema: Schema | undefined): unknown {
  if (typeof value === 'number') return schema?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items));
  if (!isFields(value)) return value;
  const spelled = schema?.properties ? celName : (name: string) => name;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [spelled(name), celValue(child, fieldSchema(schema, name))]),
  );
}
