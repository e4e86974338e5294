import { leaders } from '../../core/belongings.ts';
import { refOf, type KubeObject, type ObjectRef } from '../../core/objects.ts';
import { isOurs } from '../../core/ownership.ts';
import type { CleanupResult, Left } from '../../core/route/cleanup-result.ts';
import { ShiftError } from '../../errors.ts';
import type { Session } from '../session.ts';
import type { CleanupOptions } from './cleanup.ts';
import { asLeft } from './left.ts';
import { lookInto, type Look } from './look.ts';
import { remove } from './remove.ts';
import { orphansGone } from './orphans.ts';
import { hasUnseenOwner, unseenText } from './unseen.ts';

interface Emptied {
  space: KubeObject;
  /** What was found before the removal. */
  look: Look;
  result: CleanupResult;
}

/**
 * Removes a namespace of ours that holds nothing of anybody else's, neither before the removal of ours nor after it; says in the result what keeps it.
 * What is made between the last look and the deletion goes with it: the API knows no deletion of empty namespaces alone.
 */
export async function removeNamespace(
  { space, look, result }: Emptied,
  options: CleanupOptions,
  session: Session,
): Promise<void> {
  const ref = refOf(space);
  const leave = ({ left, why }: Hindrance): void => void result.left.push(...left, { ref, why: why.join('; ') });
  const first = hindrance(space, look);
  if (result.left.length > 0) first.why.push('somebody is at work in it');
  if (first.why.length > 0) return leave(first);
  if (options.dryRun === 'none') {
    const last = await lastLook(ref, look, options, session);
    if (last?.space.metadata.uid !== space.metadata.uid) return;
    const again = hindrance(last!.space, last!.look, look.going);
    if (again.why.length > 0) return leave(again);
  }
  try {
    await remove(space, options, session);
    result.removed.push(ref);
  } catch (error) {
    if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    leave({ left: [], why: [error.message] });
  }
}

interface LastLook {
  space: KubeObject;
  look: Look;
}

/** The namespace and what is in it after the removal, once the cluster has had time to delete what that has orphaned; undefined where it is gone. */
async function lastLook(
  ref: ObjectRef,
  before: Look,
  { timeoutMs }: CleanupOptions,
  session: Session,
): Promise<LastLook | undefined> {
  const now = async (): Promise<LastLook | undefined> => {
    const space = await session.cluster.get(ref);
    return space && { space, look: await lookInto(space, session, before.going) };
  };
  const first = await now();
  if (!first || first.look.orphans.length === 0 || first.look.strangers.length > 0) return first;
  await orphansGone(first.look.orphans, timeoutMs, session);
  return now();
}

/** What keeps a namespace, and the reasons; none where it may go. */
interface Hindrance {
  left: Left[];
  why: string[];
}

const notMade = 'tcpshift did not make it';

/** @param gone marks of what is removed already, where that is */
function hindrance(
  space: KubeObject,
  { roots, strangers, orphans, unseen }: Look,
  gone?: ReadonlySet<string>,
): Hindrance {
  // Whether an owner that cannot be seen goes is not known, and no reason to name what it owns.
  const leading = leaders(strangers).filter((object) => !hasUnseenOwner(object, unseen));
  const kept = asLeft(leading.filter(isOurs), 'its owner stays');
  const notSeen = unseen.length === 0 ? [] : [`not everything in it can be seen: ${unseenText(unseen)}`];
  if (!isOurs(space)) return { left: kept, why: [notMade, ...notSeen] };

  const theirs = leading.filter((object) => !isOurs(object));
  const waiting = gone ? orphans : [];
  const made = gone ? roots.filter(({ metadata: { uid } }) => !gone.has(uid!)) : [];
  return {
    left: [
      ...asLeft(theirs, notMade),
      ...kept,
      ...asLeft(waiting, 'its owner is gone, and it is not'),
      ...asLeft(made, 'tcpshift made it during the cleanup'),
    ],
    why: [
      ...(leading.length + waiting.length > 0 ? ['it holds what tcpshift did not make'] : []),
      ...(made.length > 0 ? ['somebody sets up in it'] : []),
      ...notSeen,
    ],
  };
}
