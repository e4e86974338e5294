import { defined } from '../core/defined.ts';
import { groupOf, type KubeObject } from '../core/objects.ts';
import { parseAssignments, readWeightArguments } from '../core/weights/assignments.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import { setupManifests, type ManifestOptions } from '../manifests/task-manifests.ts';
import { readOpenConnections } from '../operations/gateways/open-connections.ts';
import type { Target } from '../operations/route/target.ts';
import { differences, shiftedRoute } from '../operations/differences.ts';
import type { Session } from '../operations/session.ts';
import { openConnectionsText } from '../report/open-connections.ts';
import { objectDiff } from '../report/diff.ts';
import type { CommandContext } from './context.ts';
import { openSession, openTarget, type GlobalOptions } from './session.ts';

export interface DiffCommandOptions extends GlobalOptions, ManifestOptions {
  namespace?: string;
  /** `setup`, or `weight` with its shares; setup where empty. */
  what: string[];
  allTo?: string;
  /** Listener port that picks one match of a VirtualService. */
  listenerPort?: number;
  fieldManager: string;
  forceConflicts?: boolean;
}

/** What applying would change, by the server's own dry run: exit 0 for nothing, 1 for differences. */
export async function runDiff(options: DiffCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const { fieldManager: manager, forceConflicts: force = false } = options;
  const session = await openSession(options, io);
  const { objects, shifted } = await wantedObjects(options, session);
  let differs = false;
  for await (const { wanted, live, merged } of differences(objects, { manager, force }, session)) {
    const text = objectDiff(nameOf(wanted), live, merged);
    differs ||= text !== '';
    io.stdout.write(text);
  }
  const closing = differs && shifted ? await readOpenConnections(shifted, session) : undefined;
  if (closing) session.progress.note(openConnectionsText(closing));
  return differs ? exitCodes.fail : exitCodes.ok;
}

/** `apps.v1.Deployment.ns.name`, as kubectl names the files that it compares. */
function nameOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): string {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return [groupOf(apiVersion), version, kind, namespace, name].filter(Boolean).join('.');
}

interface Wanted {
  objects: readonly KubeObject[];
  /** The route whose weights would change; absent for a set-up. */
  shifted?: Target;
}

async function wantedObjects(options: DiffCommandOptions, session: Session): Promise<Wanted> {
  const [what = 'setup', ...args] = options.what;
  if (what === 'setup') return { objects: (await setupManifests(options, session.cluster)).objects };
  const { route, words } = readWeightArguments(what === 'weight' ? args : options.what);
  const shifted = await openTarget({ ...options, ...defined({ route }) }, session);
  const wanted = shiftedRoute(shifted, parseAssignments(words, options.allTo), options.fieldManager);
  return { objects: [wanted], shifted };
}
