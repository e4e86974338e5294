import { isDeepStrictEqual } from 'node:util';
import type { ApplyOptions } from '../../cluster/cluster.ts';
import { defined } from '../../core/defined.ts';
import type { JsonObject, KubeObject } from '../../core/objects.ts';
import { extractOwned } from '../../core/owned-fields.ts';
import { sameWeights, type WeightPlan } from '../../core/weights/plan.ts';
import { splitText, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { RouteView } from '../../routing/routing-api.ts';
import type { Session } from '../session.ts';
import { statusCommand, type Target } from './target.ts';

export interface WeightWriteOptions extends Pick<ApplyOptions, 'dryRun' | 'force'> {
  manager: string;
}

export interface WrittenWeights {
  /** The route after the write. */
  view: RouteView;
  /** Reading of the monotonic clock at the write. */
  writtenAt: number;
}

/** More stale reads in a row than this mean that somebody rewrites the object without pause. */
const attempts = 5;

/**
 * Writes the weights with the object's resourceVersion. Where the object was changed in between, reads it and writes again,
 * and stops where its weights are no longer those that the plan is about.
 * @throws ShiftError conflict
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
    const writtenAt = io.clock.monotonic();
    const { resourceVersion } = view.object.metadata;
    try {
      const wanted = ownedWeights(view.object, api.withWeights(view, plan.after), options.manager);
      const { object } = await cluster.apply(wanted, { ...options, ...defined({ resourceVersion }) });
      return { view: api.readRoute(object, view.port), writtenAt };
    } catch (error) {
      const stale = error instanceof ShiftError && error.kind === 'stale';
      if (!stale || attempt === attempts) throw error;
      view = await reread(target, plan.before, session);
    }
  }
}

async function reread(target: Target, decidedOn: Split, { cluster }: Session): Promise<RouteView> {
  const { ref, port } = target.view;
  const object = await cluster.get(ref);
  if (!object)
    throw new ShiftError('conflict', `${ref.kind} ${ref.name} was deleted while its weights were being changed`, {
      hint: 'see whether somebody makes it again, then run the command again',
    });
  const view = target.api.readRoute(object, port);
  if (sameWeights(decidedOn, view.split)) return view;
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
