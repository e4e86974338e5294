import type { Cluster } from '../cluster/cluster.ts';
import { groupOf, refOf, type KubeObject } from '../core/objects.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { objectDiff } from '../report/diff.ts';
import { parseAssignments, readWeightArguments } from '../core/weights/assignments.ts';
import { planRoute } from '../routing/backends.ts';
import { ownedWeights } from '../operations/route/write-weights.ts';
import { setupManifests, type OfflineOptions } from '../manifests/task-manifests.ts';
import { defined } from '../core/defined.ts';
import { openSession, openTarget, type GlobalOptions } from './session.ts';
import type { Session } from '../operations/session.ts';

export interface DiffOptions extends GlobalOptions, OfflineOptions {
  namespace?: string;
  /** Listener port that picks one match of a VirtualService. */
  listenerPort?: number;
  fieldManager: string;
  forceConflicts?: boolean;
}

/** What applying would change, by the server's own dry run: exit 0 for nothing, 1 for differences. */
export async function diff(options: DiffOptions, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const objects = await wantedObjects(options, session);
  let differs = false;
  for (const object of objects) {
    const live = await session.cluster.get(refOf(object));
    const merged = await asApplied(object, live, options, session.cluster);
    const text = objectDiff(nameOf(object), live, merged);
    differs ||= text !== '';
    io.stdout.write(text);
  }
  return differs ? exitCodes.fail : exitCodes.ok;
}

/** The object as the server would keep it. One that does not exist yet may want a namespace that does not exist either. */
async function asApplied(
  object: KubeObject,
  live: KubeObject | undefined,
  { fieldManager: manager, forceConflicts: force = false }: DiffOptions,
  cluster: Cluster,
): Promise<KubeObject> {
  if (!live) return object;
  return (await cluster.apply(object, { dryRun: 'server', manager, force })).object;
}

/** `apps.v1.Deployment.ns.name`, as kubectl names the files that it compares. */
function nameOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): string {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return [groupOf(apiVersion), version, kind, namespace, name].filter(Boolean).join('.');
}

async function wantedObjects(options: DiffOptions, session: Session): Promise<KubeObject[]> {
  const [what = 'setup', ...args] = options.what;
  if (what === 'setup') return (await setupManifests(options, session.cluster)).objects;
  const { route, words } = readWeightArguments(what === 'weight' ? args : options.what);
  const { api, view } = await openTarget({ ...options, ...defined({ route }) }, session);
  const { after } = planRoute(view, parseAssignments(words, options.allTo), api.limits);
  return [ownedWeights(view.object, api.withWeights(view, after), options.fieldManager)];
}
