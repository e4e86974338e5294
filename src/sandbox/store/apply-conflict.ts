import { ApiError } from './api-error.ts';
import type { ApplyConflict } from './semantics.ts';

/** The 409 of a server-side apply: each field that other managers own, and who they are. */
export function applyConflict(conflicts: readonly ApplyConflict[]): ApiError {
  const causes = conflicts.flatMap(({ fields, message }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message, field })),
  );
  return new ApiError(409, 'Conflict', `Apply failed with ${summary(causes)}`, { causes });
}

function summary(causes: readonly { message: string; field: string }[]): string {
  const [first] = causes;
  if (first !== undefined && causes.length === 1) return `1 conflict: ${first.message}: ${first.field}`;
  const byManager = new Map<string, string[]>();
  for (const { message, field } of causes) byManager.set(message, [...(byManager.get(message) ?? []), `- ${field}`]);
  const blocks = [...byManager].map(([message, lines]) =>
    [`${message.replace('conflict', 'conflicts')}:`, ...lines].join('\n'),
  );
  return `${causes.length} conflicts: ${blocks.join('\n')}`;
}
