import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { unknownFields } from '../objects/validate.ts';
import { ApiError, badRequest } from '../store/api-error.ts';
import type { FieldValidation } from './write-options.ts';

/** The warnings for fields that the kind does not know; ApiError 400 instead where the client wants them refused. */
export function unknownFieldWarnings(object: KubeObject, kind: Kind, validation: FieldValidation): string[] {
  if (validation === 'Ignore') return [];
  const problems = unknownFields(object, kind.schema).map((field) => `unknown field ${JSON.stringify(field)}`);
  if (problems.length === 0 || validation === 'Warn') return problems;
  const subject = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}`;
  throw badRequest(`${subject}: strict decoding error: ${problems.join(', ')}`);
}

/**
 * Throws ApiError 500 where a server-side apply has fields that the kind does not know: it has no owner to record for them, whatever the
 * client's field validation. Of each object only the first one is named.
 */
export function requireDeclared(applied: KubeObject, kind: Kind): void {
  const seen = new Set<string>();
  const lines = unknownFields(applied, kind.schema)
    .filter((path) => {
      const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
      return seen.size < seen.add(parent).size;
    })
    .map((path) => `.${path}: field not declared in schema`);
  if (lines.length === 0) return;
  const { name, namespace = '' } = applied.metadata;
  const subject = `${namespace}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
  const problems = lines.length === 1 ? lines[0] : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
  throw new ApiError(500, '', `failed to create typed patch object (${subject}): ${problems}`);
}
