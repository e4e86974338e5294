import { hundred, parseAssignments } from '../core/weights/assignments.ts';
import { sum } from '../core/weights/fraction.ts';
import { shares, type Split } from '../core/weights/split.ts';
import { planSplit } from '../core/verdict/plan.ts';
import { tellingOf } from '../core/verdict/detectability.ts';
import { askedSplit } from '../core/weights/plan.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { emit } from '../report/output.ts';
import { planLines, type PlanReport } from '../report/plan.ts';
import { expectWords, problemError, specOf, type QuestionOptions } from './question.ts';

export interface PlanCommandOptions extends QuestionOptions {
  /** Connections a second. */
  rate?: number;
  output: string;
}

/** The page's loop of nc. */
const pageProbes = 20;

/** How many connections a verdict will take, before the first one. No cluster is asked. */
export async function runPlan(options: PlanCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const split = splitToPlanFor(options);
  const spec = specOf(split, options);
  const planned = planSplit(spec);
  if ('problem' in planned) throw problemError(planned.problem, options, spec.expected);
  const { plan: asked } = planned;
  const subject = rarestOf(split);
  const report: PlanReport = {
    alpha: options.alpha,
    power: options.power,
    rate: options.rate ?? null,
    split: Object.fromEntries(spec.expected),
    method: spec.method,
    plans: [...planOf(2, split, options), { ...asked, asked: true }, ...planOf(0.5, split, options)],
    subject,
    page: tellingOf(pageProbes, { ...subject, tolerance: asked.tolerance }, options.alpha),
  };
  emit(io, options.output, { kind: 'Plan', body: report, lines: planLines(report) });
  return exitCodes.ok;
}

/** The shares that were named; what they leave goes to one more version. */
function splitToPlanFor(options: QuestionOptions): Split {
  const words = expectWords(options);
  if (!words)
    throw new ShiftError('usage', 'nothing tells what split to plan for', { hint: 'tcpshift plan --expect v2=20' });
  const assignments = parseAssignments(words);
  const named = assignments.map(({ version }) => ({ version, weight: 0 }));
  const total = sum(assignments.map(({ percent }) => percent));
  const rest = total.equals(hundred) ? [] : [{ version: 'the rest', weight: 1 }];
  return askedSplit([...named, ...rest], assignments);
}

function rarestOf(split: Split): PlanReport['subject'] {
  const [version, share] = [...shares(split)].reduce((one, other) => (other[1] < one[1] ? other : one));
  return { version, share };
}

/** The plan for so many times the tolerance, to compare with; none where that is no tolerance, or more than the budget can prove. */
function planOf(times: number, split: Split, options: QuestionOptions): PlanReport['plans'] {
  const { amount, relative } = options.tolerance;
  const planned = planSplit(specOf(split, { ...options, tolerance: { amount: times * amount, relative } }));
  return 'plan' in planned ? [{ ...planned.plan, asked: false }] : [];
}
