import type { KubeObject } from '../../core/objects.ts';
import { type Finding, findings } from '../../schema/findings.ts';
import type { Kind } from '../objects/kinds.ts';
import { unknownFields } from '../objects/validate.ts';
import { ApiError, badRequest } from '../store/api-error.ts';
import type { FieldValidation } from './write-options.ts';

function unknownProblems(object: KubeObject, kind: Kind): string[] {
  return unknownFields(object, kind.schema)
    .sort(byDepth)
    .map((field) => `unknown field ${JSON.stringify(field)}`);
}

/** Fields of metadata come first: a real server reads it first. */
function byDepth(a: string, b: string): number {
  const rank = (field: string): string => (field.startsWith('metadata.') ? `0${field}` : `1${field}`);
  return rank(a) < rank(b) ? -1 : 1;
}

/** Why a strict reader refuses the object; undefined where it does not. */
export function strictProblem(object: KubeObject, kind: Kind): string | undefined {
  const problems = unknownProblems(object, kind);
  return problems.length === 0 ? undefined : `strict decoding error: ${problems.join(', ')}`;
}

/** The warnings for fields that the kind does not know; ApiError 400 instead where the client wants them refused. */
export function unknownFieldWarnings(object: KubeObject, kind: Kind, validation: FieldValidation): string[] {
  if (validation === 'Ignore') return [];
  if (validation === 'Warn') return unknownProblems(object, kind);
  const problem = strictProblem(object, kind);
  if (problem === undefined) return [];
  throw badRequest(
    `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${problem}`,
  );
}

const expectations: Readonly<Record<string, (value: unknown) => string>> = {
  string: (value) => `expected string, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`,
  integer: (value) => `expected numeric (int or float), got ${typeof value}`,
  number: (value) => `expected numeric (int or float), got ${typeof value}`,
  boolean: (value) => `expected boolean, got &{${String(value)}}`,
  object: (value) => `expected map, got &{${String(value)}}`,
  array: (value) => `expected list, got &{${String(value)}}`,
};

function untypedLine({ path, rule, value, schema }: Finding): string | undefined {
  if (rule === 'unknown') return `.${path}: field not declared in schema`;
  const expected = rule === 'type' ? expectations[schema.type ?? ''] : undefined;
  return expected && `.${path}: ${expected(value)}`;
}

/**
 * The 500 for a server-side apply with fields that the kind does not know, or of another type: there is no owner to record for them,
 * whatever the client's field validation. Of the unknown fields of one object only the first is named.
 */
export function untypedProblem(applied: KubeObject, kind: Kind): ApiError | undefined {
  const seen = new Set<string>();
  const isFirst = ({ path, rule }: Finding): boolean => {
    const parent = `${rule} ${path.slice(0, Math.max(0, path.lastIndexOf('.')))}`;
    return rule !== 'unknown' || seen.size < seen.add(parent).size;
  };
  const found = findings(applied, kind.schema).filter(isFirst);
  const lines = found.map(untypedLine).filter((line) => line !== undefined);
  if (lines.length === 0) return undefined;
  const { name = '', namespace = '' } = (applied.metadata ?? {}) as Partial<KubeObject['metadata']>;
  const subject = `${namespace}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
  const problems = lines.length === 1 ? lines[0] : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
  return new ApiError(500, '', `failed to create typed patch object (${subject}): ${problems}`);
}
