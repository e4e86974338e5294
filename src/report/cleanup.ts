import type { CleanupResult } from '../core/route/cleanup-result.ts';
import { refText } from '../core/objects.ts';
import { dryRunText } from './format.ts';

export function cleanupLines({ namespace, dryRun, removed, left }: CleanupResult): string[] {
  if (removed.length === 0 && left.length === 0) return [`Nothing of tcpshift's in namespace ${namespace}`];
  return [
    ...removed.map((ref) => `${refText(ref)} deleted${dryRunText(dryRun)}`),
    ...left.map(({ ref, more, why }) => `${refText(ref)}${more ? ` and ${more} more` : ''} left: ${why}`),
  ];
}
