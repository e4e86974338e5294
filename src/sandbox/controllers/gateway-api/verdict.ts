import type { Condition } from '../../../core/objects.ts';
import { withCondition } from '../conditions.ts';

/** A condition before it is stamped with generation and time. */
export type Verdict = Required<Pick<Condition, 'type' | 'status' | 'reason' | 'message'>>;

export function passed(type: string, reason: string, message: string): Verdict {
  return { type, status: 'True', reason, message };
}

export function failed(type: string, reason: string, message: string): Verdict {
  return { type, status: 'False', reason, message };
}

/** The known conditions with these set for a generation. */
export function conditionsWith(
  known: readonly Condition[] | undefined,
  verdicts: readonly Verdict[],
  observedGeneration: number,
): Condition[] {
  let conditions: Condition[] = [...(known ?? [])];
  for (const verdict of verdicts) conditions = withCondition(conditions, { ...verdict, observedGeneration });
  return conditions;
}
