import type { KubeObject } from '../../core/objects.ts';
import { lastWriterOf } from '../../core/owned-fields.ts';
import type { Overwritten } from '../../core/route/overwritten.ts';
import { sameShares, splitText, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { sessionUntil, type Session } from '../session.ts';
import { statusCommand, type Target } from './target.ts';

/** That a route asks for other weights than those that are being proved. */
export class OverwrittenRoute extends ShiftError {
  readonly overwritten: Overwritten;

  constructor(overwritten: Overwritten, message: string, hint: string) {
    super('conflict', message, { hint });
    this.name = 'OverwrittenRoute';
    this.overwritten = overwritten;
  }
}

/** A watch on the weights of a route. */
export interface RouteGuard {
  /** Aborts when the route no longer asks for any of the splits, with an OverwrittenRoute as its reason. */
  overwritten: AbortSignal;
  /** Reads the route once more, for a watch may be late. @throws OverwrittenRoute */
  look(): Promise<void>;
}

/** Watches that a route goes on asking for one of these splits, until the session's signal aborts. A watch may be late, or fail: `look` tells for sure. */
export function guardSplit(target: Target, splits: readonly Split[], session: Session): RouteGuard {
  const { ref } = target.view;
  const changed = new AbortController();
  const check = (object: KubeObject | undefined): void => {
    const error = overwriting(target, splits, object);
    if (error && !changed.signal.aborted) changed.abort(error);
  };
  const watching = async (): Promise<void> => {
    const { cluster, io } = sessionUntil(session, changed.signal);
    for await (const object of cluster.watch(ref, io.signal)) check(object);
  };
  watching().catch((error: unknown) => {
    if (!(error instanceof ShiftError) && !session.io.signal.aborted && !changed.signal.aborted) changed.abort(error);
  });
  return {
    overwritten: changed.signal,
    async look() {
      check(await session.cluster.get(ref));
      changed.signal.throwIfAborted();
    },
  };
}

/** The error where an object asks for none of the splits any more; undefined where it does. */
export function overwriting(
  target: Target,
  splits: readonly Split[],
  object: KubeObject | undefined,
): OverwrittenRoute | undefined {
  const { kind, name } = target.view.ref;
  const hint = statusCommand(target);
  if (!object) return new OverwrittenRoute({ weights: null }, `${kind} ${name} was deleted meanwhile`, hint);
  const writer = lastWriterOf(object, target.view.rulePath.slice(0, 2).map(String));
  const by = writer ? ` by ${writer.manager}${writer.time === undefined ? '' : ` at ${writer.time}`}` : '';
  let now: Split;
  try {
    now = target.api.readRoute(object, target.view.port).split;
  } catch (error) {
    if (!(error instanceof ShiftError)) throw error;
    const message = `the rule of ${kind} ${name} was changed meanwhile${by}: ${error.message}`;
    return new OverwrittenRoute({ weights: null, ...writer }, message, hint);
  }
  if (splits.some((split) => sameShares(split, now))) return undefined;
  const message = `the weights of ${kind} ${name} were changed meanwhile${by}: ${splitText(now)}`;
  return new OverwrittenRoute({ weights: now, ...writer }, message, hint);
}
