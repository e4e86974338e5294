import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../core/objects.ts';
import { extractOwned } from '../../core/owned-fields.ts';
import type { DryRun } from '../../cluster/cluster.ts';
import { type Split, splitText } from '../../core/weights/split.ts';
import type { WeightPlan } from '../../core/weights/plan.ts';
import { ShiftError } from '../../errors.ts';
import type { RouteView } from '../../routing/routing-api.ts';
import type { Session } from '../session.ts';
import { statusCommand, type Target } from './target.ts';

export interface WriteOptions {
  session: Session;
  dryRun: DryRun;
  fieldManager: string;
  forceConflicts?: boolean;
}

export interface WrittenWeights {
  changed: boolean;
  plan: WeightPlan;
  /** The route after the write. */
  view: RouteView;
  /** Reading of the monotonic clock at the write. */
  writtenAt: number;
}

/** More stale reads in a row than this mean that somebody rewrites the object without pause. */
const attempts = 5;

/**
 * Writes the weights with the object's resourceVersion. Where the object was changed in between, reads it and decides again,
 * and stops where its weights are no longer those that the decision was about.
 * @throws ShiftError conflict
 */
export async function writeWeights(
  target: Target,
  decide: (view: RouteView) => WeightPlan,
  options: WriteOptions,
): Promise<WrittenWeights> {
  const { cluster, io } = options.session;
  const { api, view: first } = target;
  let view = first;
  for (let attempt = 1; ; attempt++) {
    const plan = decide(view);
    const changed = !isUnchanged(plan);
    const done = { changed, plan, view, writtenAt: io.clock.monotonic() };
    if (!changed || options.dryRun === 'client') return done;
    try {
      const { resourceVersion } = view.object.metadata;
      const { object } = await cluster.apply(
        ownedWeights(view.object, api.withWeights(view, plan.after), options.fieldManager),
        {
          manager: options.fieldManager,
          force: options.forceConflicts ?? false,
          dryRun: options.dryRun,
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
        },
      );
      return { ...done, view: api.readRoute(object, view.port) };
    } catch (error) {
      const stale = error instanceof ShiftError && error.kind === 'stale';
      if (!stale || attempt === attempts) throw error;
      view = await reread(target, first.split, options.session);
    }
  }
}

/** Whether a plan gives every version the weight that it has. */
export function isUnchanged({ before, after }: WeightPlan): boolean {
  return isSame(before, after);
}

/** Whether the two splits of one route give every version the same weight. */
function isSame(one: Split, other: Split): boolean {
  return one.every(({ version, weight }) => other.find((each) => each.version === version)?.weight === weight);
}

async function reread(target: Target, decidedOn: Split, { cluster }: Session): Promise<RouteView> {
  const { ref, port } = target.view;
  const object = await cluster.get(ref);
  if (!object)
    throw new ShiftError('conflict', `${ref.kind} ${ref.name} was deleted while its weights were being changed`, {
      hint: 'see whether somebody makes it again, then run the command again',
    });
  const view = target.api.readRoute(object, port);
  if (isSame(decidedOn, view.split) && isSame(view.split, decidedOn)) return view;
  throw new ShiftError(
    'conflict',
    `somebody else changed the weights of ${ref.kind} ${ref.name} at the same moment: ${splitText(view.split)}`,
    { hint: statusCommand(target) },
  );
}

/** All that our manager owns of the route, with the part of the spec that changes: what it leaves out it would give up. */
export function ownedWeights(live: KubeObject, wanted: KubeObject, manager: string): KubeObject {
  const mine = extractOwned(live, manager);
  const changes = Object.entries(wanted.spec).filter(([field, value]) => !isDeepStrictEqual(value, live.spec[field]));
  return { ...mine, spec: { ...mine.spec, ...Object.fromEntries(changes) } };
}
