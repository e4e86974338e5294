import type { Unseen } from '../../cluster/cluster.ts';
import { sortOut, type Belongings } from '../../core/belongings.ts';
import type { KubeObject } from '../../core/objects.ts';
import { isOurs, managedBy, managedByLabel } from '../../core/ownership.ts';
import type { Session } from '../session.ts';
import { isOfSetup } from './order.ts';
import { deadOwners } from './orphans.ts';

/** What is in a namespace, as far as it can be seen. */
export interface Look extends Belongings {
  /** Nobody's, since their owners are gone: the cluster is about to delete them. */
  orphans: readonly KubeObject[];
  unseen: readonly Unseen[];
}

/** Looks at everything in a namespace of ours, and at what is ours in any other. @param gone marks of what went since an earlier look */
export async function lookInto(
  space: KubeObject,
  { cluster, progress }: Session,
  gone?: ReadonlySet<string>,
): Promise<Look> {
  const { name } = space.metadata;
  const step = progress.step(`Looking through namespace ${name}`);
  const selection = isOurs(space) ? {} : { labelSelector: `${managedByLabel}=${managedBy}` };
  const { objects, unseen } = await cluster.contents(name, selection);
  const found = sortOut(objects, gone);
  const dead = await deadOwners(found.strangers, new Set(objects.map(({ metadata }) => metadata.uid!)), { cluster });
  const { strangers } = sortOut(objects, new Set([...(gone ?? []), ...dead]));
  const orphans = found.strangers.filter((object) => !strangers.includes(object));
  step.done();
  return { ...found, strangers, orphans, unseen };
}

/** @throws ShiftError where the cluster fails to list what setup makes: then it is not known what there is to remove */
export function needSetupKinds({ unseen }: Look): void {
  const failed = unseen.find((one) => one.error.kind !== 'forbidden' && isOfSetup(one));
  if (failed) throw failed.error;
}
