import { type ApplyConflict, conflictMessage } from '../objects/apply.ts';
import { ApiError } from './api-error.ts';

/** The 409 of a server-side apply: each field that other managers own, and who they are. */
export function applyConflict(conflicts: readonly ApplyConflict[]): ApiError {
  const causes = conflicts.flatMap(({ fields, message }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message, field })),
  );
  return new ApiError(409, 'Conflict', conflictMessage(conflicts), { causes });
}
