import type { DryRun } from '../../core/dry-run.ts';
import { refOf, type KindRef, type KubeObject } from '../../core/objects.ts';
import { isOurs, managedBy, managedByLabel } from '../../core/ownership.ts';
import type { CleanupResult } from '../../core/route/cleanup-result.ts';
import { ShiftError } from '../../errors.ts';
import { allApis } from '../../routing/apis.ts';
import { needDeletion } from '../preflight.ts';
import type { Session } from '../session.ts';
import { strangersIn } from './strangers.ts';

export interface CleanupOptions {
  dryRun: DryRun;
  /** Longest wait until an object is gone. */
  timeoutMs: number;
}

const routingKinds = allApis.flatMap(({ group, kinds }) => Object.keys(kinds).map((kind) => ({ group, kind })));

/** Kinds that setup makes, in the order of removal: rules before what they refer to, workloads last. */
const removalOrder: readonly { group: string; kind: string }[] = [
  ...routingKinds.toReversed(),
  { group: 'apps', kind: 'Deployment' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
];

/**
 * Removes what setup made in a namespace, by label and UID, and waits until it is gone. Running it again finds nothing to do.
 * @throws ShiftError forbidden: some of it may not be deleted, and nothing is; timeout: something does not go
 */
export async function cleanup(namespace: string, options: CleanupOptions, session: Session): Promise<CleanupResult> {
  const space = await session.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  const result: CleanupResult = { namespace, dryRun: options.dryRun, removed: [], left: [] };
  if (!space) return result;
  const kinds = await servedKinds(session);
  const found = await Promise.all(kinds.map((kind) => ourRoots(kind, namespace, session)));
  if (options.dryRun !== 'client') await needDeletion(found.flat(), session);
  for (const roots of found) {
    await Promise.all(roots.map((object) => remove(object, { options, session })));
    result.removed.push(...roots.map(refOf));
  }
  await removeNamespace(space, result, { options, session });
  return result;
}

async function servedKinds({ cluster }: Session): Promise<KindRef[]> {
  const found = await Promise.all(
    removalOrder.map(async ({ group, kind }) => {
      const [version] = await cluster.servedVersions(group, kind);
      return version === undefined ? [] : [{ apiVersion: group ? `${group}/${version}` : version, kind }];
    }),
  );
  return found.flat();
}

/** Our objects of a kind, but for those that a controller made from others of ours: they go with them. */
async function ourRoots(kind: KindRef, namespace: string, { cluster }: Session): Promise<KubeObject[]> {
  const ours = await cluster.list(kind, { namespace, labelSelector: `${managedByLabel}=${managedBy}` });
  return ours.filter(({ metadata }) => !metadata.ownerReferences?.length);
}

interface Removal {
  options: CleanupOptions;
  session: Session;
}

async function remove(object: KubeObject, { options, session }: Removal): Promise<void> {
  if (options.dryRun === 'client') return;
  const { cluster, io, progress } = session;
  const ref = refOf(object);
  const { uid } = object.metadata;
  const step = progress.step(`Removing ${ref.kind} ${ref.name}`);
  await cluster.delete(ref, uid!, { dryRun: options.dryRun });
  const gone = (now: KubeObject | undefined): boolean => now?.metadata.uid !== uid;
  if (options.dryRun === 'none') await cluster.waitFor(ref, gone, { timeoutMs: options.timeoutMs, signal: io.signal });
  step.done(`Removed ${ref.kind} ${ref.name}`);
}

async function removeNamespace(space: KubeObject, result: CleanupResult, by: Removal): Promise<void> {
  const ref = refOf(space);
  const leave = (why: string): void => void result.left.push({ ref, why });
  if (!isOurs(space)) return leave('tcpshift did not make it');
  try {
    const strangers = await strangersIn(space.metadata.name, result.removed, by.session.cluster);
    result.left.push(...strangers);
    if (strangers.length > 0) return leave('it holds what tcpshift did not make');
    await remove(space, by);
    result.removed.push(ref);
  } catch (error) {
    if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    leave(error.message);
  }
}
