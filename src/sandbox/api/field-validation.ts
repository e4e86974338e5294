import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { unknownFields } from '../objects/validate.ts';
import { badRequest } from '../store/api-error.ts';
import type { FieldValidation } from './write-options.ts';

/** The warnings for fields that the kind does not know; ApiError 400 instead where the client wants them refused. */
export function unknownFieldWarnings(object: KubeObject, kind: Kind, validation: FieldValidation): string[] {
  if (validation === 'Ignore') return [];
  const problems = unknownFields(object, kind.schema).map((field) => `unknown field ${JSON.stringify(field)}`);
  if (problems.length === 0 || validation === 'Warn') return problems;
  const subject = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}`;
  throw badRequest(`${subject}: strict decoding error: ${problems.join(', ')}`);
}
