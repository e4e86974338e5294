import type { Unseen } from '../../cluster/cluster.ts';
import { sortOut, type Belongings } from '../../core/belongings.ts';
import type { KubeObject } from '../../core/objects.ts';
import { isOurs, managedBy, managedByLabel } from '../../core/ownership.ts';
import type { Session } from '../session.ts';
import { isOfSetup } from './order.ts';

/** What is in a namespace, as far as it can be seen. */
export interface Look extends Belongings {
  unseen: readonly Unseen[];
}

/** Looks at everything in a namespace of ours, and at what is ours in any other. @param gone marks of what went since an earlier look */
export async function lookInto(
  space: KubeObject,
  { cluster }: Pick<Session, 'cluster'>,
  gone?: ReadonlySet<string>,
): Promise<Look> {
  const ours = `${managedByLabel}=${managedBy}`;
  const { objects, unseen } = await cluster.contents(space.metadata.name, isOurs(space) ? {} : { labelSelector: ours });
  return { ...sortOut(objects, gone), unseen };
}

/** @throws ShiftError where the cluster fails to list what setup makes: then it is not known what there is to remove */
export function needSetupKinds({ unseen }: Look): void {
  const failed = unseen.find((one) => one.error.kind !== 'forbidden' && isOfSetup(one));
  if (failed) throw failed.error;
}
