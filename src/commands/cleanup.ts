import type { DryRun } from '../core/dry-run.ts';
import { refOf, type KindRef, type KubeObject } from '../core/objects.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { cleanupLines, type CleanupReport, type Left } from '../report/cleanup.ts';
import { emit } from '../report/emit.ts';
import { isOurs, managedBy, managedByLabel } from '../core/ownership.ts';
import { needDeletion } from '../operations/preflight.ts';
import { allApis } from '../routing/apis.ts';
import { openSession, type GlobalOptions } from './session.ts';
import { taskNamespace } from '../core/route/task.ts';
import type { Session } from '../operations/session.ts';

export interface CleanupOptions extends GlobalOptions {
  output: string;
  dryRun: DryRun;
  /** Milliseconds. */
  timeout: number;
}

const routingKinds = allApis.flatMap(({ group, kinds }) => Object.keys(kinds).map((kind) => ({ group, kind })));

/** Kinds that setup makes, in the order of removal: rules before what they refer to, workloads last. */
const removalOrder: readonly { group: string; kind: string }[] = [
  ...routingKinds.toReversed(),
  { group: 'apps', kind: 'Deployment' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
];

/** Kinds in which somebody else's work in the namespace would show. */
const inhabitants: readonly KindRef[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
];

/** What every cluster puts into every namespace by itself. */
const native = new Set([
  'ConfigMap/kube-root-ca.crt',
  'ConfigMap/istio-ca-root-cert',
  'ConfigMap/openshift-service-ca.crt',
]);

/** Removes what setup made, by label and UID, and waits until it is gone. Running it again finds nothing to do. */
export async function cleanup(options: CleanupOptions, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const namespace = options.namespace ?? taskNamespace;
  const space = await session.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  const report: CleanupReport = { namespace, dryRun: options.dryRun, removed: [], left: [] };
  if (space) {
    const kinds = await servedKinds(session);
    const found = await Promise.all(kinds.map((kind) => ourRoots(kind, namespace, session)));
    if (options.dryRun !== 'client') await needDeletion(found.flat(), session);
    for (const roots of found) {
      await Promise.all(roots.map((object) => remove(object, { options, session })));
      report.removed.push(...roots.map(refOf));
    }
    await removeNamespace(space, report, { options, session });
  }
  emit(io, options.output, { kind: 'Cleanup', body: report, lines: cleanupLines(report) });
  return exitCodes.ok;
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
  if (options.dryRun === 'none') await cluster.waitFor(ref, gone, { timeoutMs: options.timeout, signal: io.signal });
  step.done(`Removed ${ref.kind} ${ref.name}`);
}

async function removeNamespace(space: KubeObject, report: CleanupReport, by: Removal): Promise<void> {
  const ref = refOf(space);
  const leave = (why: string): void => void report.left.push({ ref, why });
  if (!isOurs(space)) return leave('tcpshift did not make it');
  try {
    const strangers = await strangersIn(space.metadata.name, report, by.session);
    report.left.push(...strangers);
    if (strangers.length > 0) return leave('it holds what tcpshift did not make');
    await remove(space, by);
    report.removed.push(ref);
  } catch (error) {
    if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    leave(error.message);
  }
}

/** Everything in the namespace that would go with it and is neither ours nor made by a controller. */
async function strangersIn(namespace: string, { removed }: CleanupReport, { cluster }: Session): Promise<Left[]> {
  const removing = new Set(removed.map(({ kind, name }) => `${kind}/${name}`));
  const lists = await Promise.all(inhabitants.map((kind) => cluster.list(kind, { namespace })));
  return lists
    .flat()
    .map((object) => ({ object, key: `${object.kind}/${object.metadata.name}` }))
    .filter(({ object, key }) => !object.metadata.ownerReferences?.length && !native.has(key) && !removing.has(key))
    .filter(({ object }) => object.type !== 'kubernetes.io/service-account-token')
    .map(({ object }) => ({ ref: refOf(object), why: 'tcpshift did not make it' }));
}
