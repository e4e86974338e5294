import { defined } from '../core/defined.ts';
import type { Condition, ObjectRef } from '../core/objects.ts';
import type { Readiness } from '../core/route/readiness.ts';

/**
 * What one condition says about a generation: true or false where its controller has seen that generation, else pending. As for
 * `kubectl wait`, a condition without observedGeneration counts as current.
 */
export function readCondition(
  type: string,
  ref: ObjectRef,
  conditions: readonly Condition[] | undefined,
  generation: number | undefined,
): Readiness {
  const condition = conditions?.find((candidate) => candidate.type === type);
  if (!condition) return { type, ref, state: 'pending' };
  const current = (condition.observedGeneration ?? Infinity) >= (generation ?? 0);
  const states = { True: 'true', False: 'false', Unknown: 'pending' } as const;
  return {
    type,
    ref,
    state: current ? states[condition.status] : 'pending',
    ...defined({ reason: condition.reason, message: condition.message }),
  };
}
