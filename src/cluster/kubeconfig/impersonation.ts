import { ShiftError } from '../../errors.ts';
import type { UserEntry } from './files.ts';

/** kubectl's `--as`, `--as-group` and `--as-uid`. */
export interface Impersonation {
  as?: string | undefined;
  asGroup?: readonly string[] | undefined;
  asUid?: string | undefined;
}

/**
 * The headers by which a user acts as another: flags first, then what the kubeconfig says.
 * @throws ShiftError usage: a group or uid without a user
 */
export function impersonationHeaders(flags: Impersonation, user: UserEntry): Record<string, string | string[]> {
  const name = flags.as ?? user.as;
  const groups = flags.asGroup?.length ? [...flags.asGroup] : (user['as-groups'] ?? []);
  const uid = flags.asUid ?? user['as-uid'];
  if (!name) {
    if (groups.length === 0 && !uid) return {};
    throw new ShiftError('usage', 'cannot act as a group or UID alone: --as-group or --as-uid was given without --as', {
      hint: 'add --as with the name of the user',
    });
  }
  const extra = Object.entries(user['as-user-extra'] ?? {}).map(([key, values]): [string, string[]] => [
    `Impersonate-Extra-${encodeURIComponent(key)}`,
    values.map(headerText),
  ]);
  return {
    'Impersonate-User': headerText(name),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups.map(headerText) }),
    ...(uid ? { 'Impersonate-Uid': headerText(uid) } : {}),
    ...Object.fromEntries(extra),
  };
}

/** Node writes headers in Latin-1, API servers read UTF-8: each byte becomes a character of its own. */
function headerText(text: string): string {
  return Buffer.from(text).toString('latin1');
}
