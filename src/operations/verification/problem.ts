import type { Problem } from '../../core/verdict/spec.ts';
import { ShiftError } from '../../errors.ts';

/** The error for a number of a question that no judge can work with. */
export function problemError({ field, asked, version, least, most }: Problem): ShiftError {
  const about = version === undefined ? '' : ` for ${version}`;
  const range = most === Infinity ? `it must be ${least} at least` : `it can be from ${least} to ${most}`;
  return new ShiftError('usage', `${field} ${asked}${about} cannot decide anything: ${range}`, {
    hint: `use ${asked < least ? least : most}`,
  });
}
