import { type ObjectRef, refText } from '../core/objects.ts';
import { dryRunText } from './format.ts';

export interface Left {
  ref: ObjectRef;
  why: string;
}

export interface CleanupReport {
  namespace: string;
  dryRun: string;
  removed: ObjectRef[];
  left: Left[];
}

export function cleanupLines({ namespace, dryRun, removed, left }: CleanupReport): string[] {
  if (removed.length === 0 && left.length === 0) return [`Nothing of tcpshift's in namespace ${namespace}`];
  return [
    ...removed.map((ref) => `${refText(ref)} deleted${dryRunText(dryRun)}`),
    ...left.map(({ ref, why }) => `${refText(ref)} left: ${why}`),
  ];
}
