import type { Problem } from '../../core/verdict/spec.ts';
import { ShiftError } from '../../errors.ts';

/** The error for a number of a question that no judge can work with. */
export function problemError({ field, asked, version, least, most }: Problem): ShiftError {
  const about = version === undefined ? '' : ` for ${version}`;
  return new ShiftError(
    'usage',
    `${field} ${asked}${about} cannot decide anything: it can be from ${least} to ${most}`,
    {
      hint: `use ${asked < least ? least : most}`,
    },
  );
}
