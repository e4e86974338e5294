import type { DryRun } from '../../core/dry-run.ts';
import { refOf } from '../../core/objects.ts';
import type { CleanupResult } from '../../core/route/cleanup-result.ts';
import { needDeletion } from '../preflight.ts';
import type { Session } from '../session.ts';
import { lookInto, needSetupKinds } from './look.ts';
import { removeNamespace } from './namespace.ts';
import { removalOrder } from './order.ts';
import { remove } from './remove.ts';

export interface CleanupOptions {
  dryRun: DryRun;
  /** Longest wait until an object is gone. */
  timeoutMs: number;
}

/**
 * Removes what setup made in a namespace, by label and UID, and waits until it is gone; then the namespace, where setup made it and nothing in it is
 * anybody else's. Running it again finds nothing to do.
 * @throws ShiftError forbidden: some of it may not be deleted, and nothing is; timeout: something does not go
 */
export async function cleanup(namespace: string, options: CleanupOptions, session: Session): Promise<CleanupResult> {
  const space = await session.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  const result: CleanupResult = { namespace, dryRun: options.dryRun, removed: [], left: [] };
  if (!space) return result;
  const look = await lookInto(space, session);
  needSetupKinds(look);
  const ranks = removalOrder(look.roots);
  if (options.dryRun !== 'client') await needDeletion(ranks.flat(), session);
  for (const rank of ranks) {
    const left = await Promise.all(rank.map((object) => remove(object, options, session)));
    result.removed.push(...rank.filter((_, index) => !left[index]).map(refOf));
    result.left.push(...left.filter((one) => one !== undefined));
  }
  await removeNamespace({ space, look, result }, options, session);
  return result;
}
