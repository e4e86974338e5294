import pMap from 'p-map';
import { defined } from '../../core/defined.ts';
import { refOf, type KubeObject, type ObjectRef } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Session } from '../session.ts';

/** Owners that are asked after side by side. */
const concurrency = 10;

/** Uids of owners that are not there any more, so that the cluster is about to delete what they own. @param known uids that need no question */
export async function deadOwners(
  objects: readonly KubeObject[],
  known: ReadonlySet<string>,
  { cluster }: Pick<Session, 'cluster'>,
): Promise<string[]> {
  const owners = new Map<string, ObjectRef>();
  for (const { metadata } of objects) {
    for (const { apiVersion, kind, name, uid } of metadata.ownerReferences ?? []) {
      const { namespace } = metadata;
      if (!known.has(uid)) owners.set(uid, { apiVersion, kind, name, ...defined({ namespace }) });
    }
  }
  const dead = await pMap([...owners], async ([uid, ref]) => ((await isThere(ref, uid, cluster)) ? [] : [uid]), {
    concurrency,
  });
  return dead.flat();
}

/** What may not be read is taken to be there. */
async function isThere(ref: ObjectRef, uid: string, cluster: Session['cluster']): Promise<boolean> {
  try {
    return (await cluster.get(ref))?.metadata.uid === uid;
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'forbidden') return true;
    throw error;
  }
}

/** The cluster deletes what dead owners have left behind within seconds; longer than this it has other reasons. In milliseconds. */
const patienceMs = 30_000;

/** Waits until the cluster has deleted these objects, for a while. */
export async function orphansGone(
  orphans: readonly KubeObject[],
  timeoutMs: number,
  { cluster, io, progress }: Session,
): Promise<void> {
  if (orphans.length === 0) return;
  const step = progress.step('Waiting until the cluster has deleted what gone owners have left behind');
  const options = { timeoutMs: Math.min(timeoutMs, patienceMs), signal: io.signal };
  const waits = orphans.map((object) =>
    cluster.waitFor(refOf(object), (now) => now?.metadata.uid !== object.metadata.uid, options).catch(unlessLate),
  );
  await Promise.all(waits);
  step.done();
}

function unlessLate(error: unknown): void {
  if (!(error instanceof ShiftError) || error.kind !== 'timeout') throw error;
}
