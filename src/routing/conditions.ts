import { defined } from '../core/defined.ts';
import type { Condition, ObjectRef } from '../core/objects.ts';
import type { Readiness } from '../core/route/readiness.ts';

/**
 * What one condition says about a generation: true or false where its controller has seen that generation, else pending, without the words that were for
 * an earlier one. As for `kubectl wait`, a condition without observedGeneration counts as current.
 */
export function readCondition(
  type: string,
  ref: ObjectRef,
  conditions: readonly Condition[] | undefined,
  generation: number | undefined,
): Readiness {
  const condition = conditions?.find((candidate) => candidate.type === type);
  if (!condition) return { type, ref, state: 'pending' };
  const isCurrent = (condition.observedGeneration ?? Infinity) >= (generation ?? 0);
  if (!isCurrent)
    return { type, ref, state: 'pending', message: 'its controller has not taken up the last change yet' };
  const states = { True: 'true', False: 'false', Unknown: 'pending' } as const;
  const { status, reason, message } = condition;
  return { type, ref, state: states[status], ...defined({ reason, message }) };
}
