import { isDeepStrictEqual } from 'node:util';
import type { ApplyOptions } from '../../cluster/cluster.ts';
import type { JsonObject, KubeObject } from '../../core/objects.ts';
import { extractOwned } from '../../core/owned-fields.ts';
import { sameWeights, type WeightPlan } from '../../core/weights/plan.ts';
import { splitText } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { momentOf, type Moment } from '../../io.ts';
import type { RouteView } from '../../routing/routing-api.ts';
import type { Session } from '../session.ts';
import { statusCommand, type Target } from './target.ts';

export interface WeightWriteOptions extends Pick<ApplyOptions, 'dryRun' | 'force'> {
  manager: string;
}

export interface WrittenWeights {
  /** The route after the write. */
  view: RouteView;
  /** When the write was sent. */
  since: Moment;
}

/** More stale reads in a row than this mean that somebody rewrites the object without pause. */
const attempts = 5;

/**
 * Writes the weights to the object as it was read. Where the object was changed in between, reads it and writes again,
 * and stops where its weights are no longer those that the plan is about.
 * @throws ShiftError conflict; and where the write may have been done all the same, with what the route was seen to have
 */
export async function writeWeights(
  target: Target,
  plan: WeightPlan,
  options: WeightWriteOptions,
  session: Session,
): Promise<WrittenWeights> {
  const { cluster, io } = session;
  const { api } = target;
  let { view } = target;
  for (let attempt = 1; ; attempt++) {
    io.signal.throwIfAborted();
    const since = momentOf(io.clock);
    const wanted = ownedWeights(view.object, api.withWeights(view, plan.after), options.manager);
    const done = await cluster.apply(wanted, { ...options, seen: view.object.metadata }).catch((error: unknown) => {
      if (error instanceof ShiftError) return error;
      throw error;
    });
    if (!(done instanceof ShiftError)) return { view: readBack(target, done.object), since };
    if (done.kind === 'stale' && attempt < attempts) {
      view = await reread(target, plan, session);
      // An attempt whose answer was lost has come through after all.
      if (sameWeights(plan.after, view.split)) return { view, since };
    } else if (!options.dryRun && (io.signal.aborted || isUnclear(done))) {
      return { view: await storedView(target, plan, done, session), since };
    } else {
      throw done;
    }
  }
}

/** The route as the server keeps it. @throws ShiftError conflict: it no longer has the rule whose weights were written */
function readBack({ api, view }: Target, object: KubeObject): RouteView {
  try {
    return api.readRoute(object, view.port);
  } catch (cause) {
    if (!(cause instanceof ShiftError)) throw cause;
    const message = `the weights are written, but the route cannot be read any more: ${cause.message}`;
    throw new ShiftError('conflict', message, { hint: cause.hint, cause });
  }
}

/** An error that leaves open whether the server has done what it was asked. */
function isUnclear({ kind }: ShiftError): boolean {
  return kind === 'cluster' || kind === 'timeout';
}

/** Longest look, in milliseconds, at a route whose write was broken off; somebody who has asked for the end waits for it. */
const lookMs = 1000;

/** The route, where the write was done although it failed for us. @throws ShiftError the failure, with what the route was seen to have */
async function storedView(
  target: Target,
  plan: WeightPlan,
  failure: ShiftError,
  { cluster }: Session,
): Promise<RouteView> {
  const { ref, port } = target.view;
  const view = await cluster
    .withSignal(AbortSignal.timeout(lookMs))
    .get(ref)
    .then((object) => object && target.api.readRoute(object, port))
    .catch(() => undefined);
  if (view && sameWeights(plan.after, view.split)) return view;
  const found = view
    ? `the route had ${splitText(view.split)} right after it`
    : 'the route cannot be read to see whether it was written';
  const { kind, message, hint, cause } = failure;
  const isUntouched = view !== undefined && sameWeights(plan.before, view.split);
  throw new ShiftError(kind, `${message}; ${found}`, {
    hint: (isUntouched ? hint : undefined) ?? statusCommand(target),
    cause,
  });
}

/** The route as it is by now, with the weights that the plan is about or with those that it wants. @throws ShiftError conflict: it has others */
async function reread(target: Target, { before, after }: WeightPlan, { cluster }: Session): Promise<RouteView> {
  const { ref, port } = target.view;
  const object = await cluster.get(ref);
  if (!object)
    throw new ShiftError('conflict', `${ref.kind} ${ref.name} was deleted while its weights were being changed`, {
      hint: 'see whether somebody makes it again, then run the command again',
    });
  const view = target.api.readRoute(object, port);
  if ([before, after].some((split) => sameWeights(split, view.split))) return view;
  throw new ShiftError(
    'conflict',
    `somebody else changed the weights of ${ref.kind} ${ref.name} at the same moment: ${splitText(view.split)}`,
    { hint: statusCommand(target) },
  );
}

/** All that our manager owns of the route, with the part of the spec that changes: what it leaves out it would give up. */
export function ownedWeights(
  live: KubeObject<JsonObject>,
  wanted: KubeObject<JsonObject>,
  manager: string,
): KubeObject<JsonObject> {
  const mine: KubeObject<JsonObject> = extractOwned(live, manager);
  const { spec: now = {} } = live;
  const changes = Object.entries(wanted.spec ?? {}).filter(([field, value]) => !isDeepStrictEqual(value, now[field]));
  return { ...mine, spec: { ...mine.spec, ...Object.fromEntries(changes) } };
}
