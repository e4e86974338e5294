import { formatDuration } from '../core/duration.ts';
import type { Plan, Telling } from '../core/verdict/plan.ts';
import { table } from './table.ts';
import { percent } from './words.ts';

export interface PlanReport {
  alpha: number;
  power: number;
  /** Connections a second; null where it was not told. */
  rate: number | null;
  /** For twice the tolerance, the tolerance, and half of it. */
  plans: readonly Plan[];
  /** The version that gets the least, which the words are about. */
  subject: { version: string; share: number };
  /** What the page's twenty connections can tell. */
  page: Telling;
}

export function planLines({ alpha, power, rate, plans, subject, page }: PlanReport): string[] {
  const [, asked] = plans as [Plan, Plan, Plan];
  const times = rate === null ? [] : ['TIME'];
  const time = ({ right }: Plan): string[] => (rate === null ? [] : [formatDuration((right.mean / rate) * 1000)]);
  return [
    `Connections to prove that ${subject.version} gets ${percent(subject.share)}, wrong at most ${percent(alpha)} of the time, right ${percent(power)}`,
    '',
    ...table(
      ['TOLERANCE', 'MEAN', 'MEDIAN', '90 %', 'AT MOST', 'FIXED SIZE', 'LEAST MEAN POSSIBLE', ...times],
      plans.map((plan) => [`± ${percent(plan.tolerance)}`, ...counts(plan), ...time(plan)]),
      100,
    ),
    '',
    ...(asked.turns === null
      ? []
      : [`A gateway whose versions take turns proves itself in ${asked.turns} connections.`]),
    pageLine(page, { ...subject, tolerance: asked.tolerance }),
  ];
}

function counts({ right, budget, fixed, floor }: Plan): number[] {
  return [Math.round(right.mean), right.median, right.p90, budget, fixed.samples, Math.ceil(floor)];
}

function pageLine(
  { samples, unseen, missed, tolerance }: Telling,
  { version, share, tolerance: asked }: PlanReport['subject'] & { tolerance: number },
): string {
  const proves =
    tolerance === null ? 'they prove nothing' : `the narrowest tolerance they can prove is ± ${percent(tolerance)}`;
  return (
    `With ${samples} connections ${version} is not seen once in ${percent(unseen, 2)} of all runs, ` +
    `a true ${percent(share + asked)} looks right or low in ${percent(missed, 0)}, and ${proves}.`
  );
}
