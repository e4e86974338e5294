import type { Applied } from '../../cluster/cluster.ts';
import type { DryRun } from '../../core/dry-run.ts';
import { refOf, type KubeObject } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import { isBorrowed, type Intended } from '../preflight.ts';
import type { Session } from '../session.ts';

export interface ApplyAllOptions {
  dryRun: DryRun;
  /** Field manager of the writes. */
  manager: string;
  /** Take fields over from other managers that own them. */
  force: boolean;
}

/** Why an object may not be applied over what is there since it was checked; undefined where it may. */
export type Recheck = (wanted: KubeObject, now: KubeObject) => ShiftError | undefined;

/**
 * Applies the objects in their order, each to what was found under its name and to nothing else. A namespace that tcpshift did not make is used as it is.
 * @throws ShiftError conflict: something else is there by now, as `recheck` says; and what applying can throw
 */
export async function applyAll(
  intended: readonly Intended[],
  options: ApplyAllOptions,
  recheck: Recheck,
  { cluster, progress }: Session,
): Promise<Applied[]> {
  const step = progress.step('Applying the manifests');
  const applied: Applied[] = [];
  for (const each of intended) applied.push(await applyOne(each, options, { recheck, cluster }));
  step.done();
  return applied;
}

interface Applying {
  recheck: Recheck;
  cluster: Session['cluster'];
}

async function applyOne(intended: Intended, options: ApplyAllOptions, by: Applying): Promise<Applied> {
  const { wanted, found } = intended;
  const { dryRun } = options;
  if (isBorrowed(intended)) return { object: found!, change: 'unchanged' };
  // On the server, a dry run of an object in a namespace that does not exist yet is refused.
  const asIf = dryRun === 'client' || (dryRun === 'server' && !found);
  if (asIf) return { object: wanted, change: found ? 'configured' : 'created' };
  return applyToFound(intended, { ...options, dryRun }, by);
}

/** More stale reads in a row than this mean that somebody rewrites the object without pause. */
const attempts = 5;

/** Controllers write to what is there already: then it is read and checked again, and only what is no longer ours ends it. */
async function applyToFound(
  { wanted, found }: Intended,
  options: ApplyAllOptions & { dryRun: Exclude<DryRun, 'client'> },
  { recheck, cluster }: Applying,
): Promise<Applied> {
  for (let attempt = 1, seen = found; ; attempt++) {
    try {
      return await cluster.apply(wanted, { ...options, seen: seen?.metadata ?? 'nothing' });
    } catch (error) {
      const refused = error instanceof ShiftError && (error.kind === 'stale' || error.kind === 'conflict');
      if (!refused || attempt === attempts) throw error;
      seen = await cluster.get(refOf(wanted));
      const problem = seen && recheck(wanted, seen);
      if (problem || error.kind === 'conflict') throw problem ?? error;
    }
  }
}
