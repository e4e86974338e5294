import type { Applied } from '../../cluster/cluster.ts';
import type { DryRun } from '../../core/dry-run.ts';
import { refOf, type KubeObject } from '../../core/objects.ts';
import { isOurs } from '../../core/ownership.ts';
import type { Session } from '../session.ts';

export interface ApplyAllOptions {
  dryRun: DryRun;
  /** Field manager of the writes. */
  manager: string;
  /** Take fields over from other managers that own them. */
  force: boolean;
}

/** Applies the objects in their order. A namespace that tcpshift did not make is used as it is. */
export async function applyAll(
  objects: readonly KubeObject[],
  { dryRun, manager, force }: ApplyAllOptions,
  { cluster, progress }: Session,
): Promise<Applied[]> {
  const step = progress.step('Applying the manifests');
  const applied: Applied[] = [];
  for (const object of objects) {
    const before = object.kind === 'Namespace' || dryRun !== 'none' ? await cluster.get(refOf(object)) : undefined;
    const foreign = before !== undefined && !isOurs(before);
    // On the server, a dry run of an object in a namespace that does not exist yet is refused.
    const asIf = dryRun === 'client' || (dryRun === 'server' && before === undefined);
    if (foreign) applied.push({ object: before, change: 'unchanged' });
    else if (asIf) applied.push({ object, change: before ? 'configured' : 'created' });
    else applied.push(await cluster.apply(object, { manager, force, dryRun }));
  }
  step.done();
  return applied;
}
