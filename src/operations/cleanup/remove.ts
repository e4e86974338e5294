import { groupOf, refOf, type KubeObject } from '../../core/objects.ts';
import type { Left } from '../../core/route/cleanup-result.ts';
import { ShiftError } from '../../errors.ts';
import { removeLock } from '../route/lock.ts';
import type { Session } from '../session.ts';
import type { CleanupOptions } from './cleanup.ts';

/** Deletes an object of ours and waits until it is gone. A lock that somebody holds is left: then why. */
export async function remove(object: KubeObject, options: CleanupOptions, session: Session): Promise<Left | undefined> {
  if (options.dryRun === 'client') return undefined;
  const ref = refOf(object);
  const step = session.progress.step(`Removing ${ref.kind} ${ref.name}`);
  try {
    await (isLock(object) && options.dryRun === 'none'
      ? removeLock(ref, session)
      : removeNow(object, options, session));
    step.done(`Removed ${ref.kind} ${ref.name}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof ShiftError) || error.kind !== 'locked') throw error;
    step.done(`Left ${ref.kind} ${ref.name}`);
    return { ref, why: error.message };
  }
}

/** The Lease of whoever shifts a route, or has died while he did. */
function isLock({ apiVersion, kind }: KubeObject): boolean {
  return groupOf(apiVersion) === 'coordination.k8s.io' && kind === 'Lease';
}

async function removeNow(
  object: KubeObject,
  { dryRun, timeoutMs }: CleanupOptions,
  { cluster, io }: Session,
): Promise<void> {
  if (dryRun === 'client') return;
  const ref = refOf(object);
  const { uid } = object.metadata;
  await cluster.delete(ref, uid!, { dryRun });
  const gone = (now: KubeObject | undefined): boolean => now?.metadata.uid !== uid;
  if (dryRun === 'none') await cluster.waitFor(ref, gone, { timeoutMs, signal: io.signal });
}
