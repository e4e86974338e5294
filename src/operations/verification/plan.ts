import { planSplit, type Plan } from '../../core/verdict/plan.ts';
import type { JudgeSpec } from '../../core/verdict/spec.ts';
import { problemError } from './problem.ts';

/**
 * How many connections a verdict will take, before the first one. Asks no cluster.
 * @throws ShiftError usage: the numbers of the question cannot decide anything
 */
export function planVerification(question: JudgeSpec): Plan {
  const planned = planSplit(question);
  if ('problem' in planned) throw problemError(planned.problem);
  return planned.plan;
}
