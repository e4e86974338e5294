import { leaders } from '../../core/belongings.ts';
import { refOf, type KubeObject } from '../../core/objects.ts';
import { isOurs } from '../../core/ownership.ts';
import type { CleanupResult, Left } from '../../core/route/cleanup-result.ts';
import { ShiftError } from '../../errors.ts';
import type { Session } from '../session.ts';
import type { CleanupOptions } from './cleanup.ts';
import { asLeft } from './left.ts';
import { lookInto, type Look } from './look.ts';
import { remove } from './remove.ts';
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
    const now = await session.cluster.get(ref);
    if (now?.metadata.uid !== space.metadata.uid) return;
    const again = hindrance(now!, await lookInto(now!, session, look.going), look.going);
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

/** What keeps a namespace, and the reasons; none where it may go. */
interface Hindrance {
  left: Left[];
  why: string[];
}

const notMade = 'tcpshift did not make it';

/** @param gone marks of what is removed already, where that is */
function hindrance(space: KubeObject, { roots, strangers, unseen }: Look, gone?: ReadonlySet<string>): Hindrance {
  const made = gone ? roots.filter(({ metadata: { uid } }) => !gone.has(uid!)) : [];
  // Whether an owner that cannot be seen goes is not known, and no reason to name what it owns.
  const leading = leaders(strangers).filter((object) => !hasUnseenOwner(object, unseen));
  const left = [
    ...asLeft(
      leading.filter((object) => !isOurs(object)),
      notMade,
    ),
    ...asLeft(leading.filter(isOurs), 'its owner is not of tcpshift'),
    ...asLeft(made, 'tcpshift made it during the cleanup'),
  ];
  const inside = [
    ...(leading.length > 0 ? ['it holds what tcpshift did not make'] : []),
    ...(made.length > 0 ? ['somebody sets up in it'] : []),
  ];
  const notSeen = unseen.length === 0 ? [] : [`not everything in it can be seen: ${unseenText(unseen)}`];
  return { left, why: [...(isOurs(space) ? inside : [notMade]), ...notSeen] };
}
