import { formatDuration } from '../core/duration.ts';
import type { Plan } from '../core/verdict/plan.ts';
import type { Telling } from '../core/verdict/detectability.ts';
import type { JudgeSpec } from '../core/verdict/spec.ts';
import { table } from './terminal/table.ts';
import { percent } from './format.ts';

export interface PlanReport {
  alpha: number;
  power: number;
  /** Connections a second; null where it was not told. */
  rate: number | null;
  /** The asked share of each version. */
  split: Readonly<Record<string, number>>;
  method: JudgeSpec['method'];
  /** For twice the tolerance, the tolerance, and half of it; without those that cannot be. */
  plans: readonly (Plan & { asked: boolean })[];
  /** The version that gets the least, which the words are about. */
  subject: { version: string; share: number };
  /** What the page's twenty connections can tell. */
  page: Telling;
}

export function planLines({ alpha, power, rate, split, plans, subject, page }: PlanReport): string[] {
  const asked = plans.find((plan) => plan.asked)!;
  const times = rate === null ? [] : ['TIME'];
  const time = ({ right }: Plan): string[] => (rate === null ? [] : [formatDuration((right.mean / rate) * 1000)]);
  return [
    `Connections to prove ${splitWords(split)}, wrong at most ${percent(alpha)} of the time, right ${percent(power)}`,
    '',
    ...table(
      ['TOLERANCE', 'MEAN', 'MEDIAN', '90 %', 'AT MOST', 'FIXED SIZE', 'LEAST MEAN POSSIBLE', 'PASSES', ...times],
      plans.map((plan) => [
        `± ${percent(plan.tolerance, 4)}`,
        ...counts(plan),
        percent(plan.right.pass),
        ...time(plan),
      ]),
      100,
    ),
    '',
    ...(asked.turns === null
      ? []
      : [`A gateway whose versions take turns proves itself in ${asked.turns} connections.`]),
    pageLine(page, subject),
  ];
}

function splitWords(split: PlanReport['split']): string {
  const named = Object.entries(split).filter(([version], _, all) => version !== 'the rest' || all.length === 1);
  return named.map(([version, share]) => `${version} at ${percent(share)}`).join(', ');
}

function counts({ right, budget, fixed, floor }: Plan): number[] {
  return [Math.round(right.mean), right.median, right.p90, budget, fixed.samples, Math.ceil(floor)];
}

function pageLine(
  { samples, unseen, wrong, missed, tolerance }: Telling,
  { version, share }: PlanReport['subject'],
): string {
  const proves =
    tolerance === null ? 'they prove nothing' : `the narrowest tolerance they can prove is ± ${percent(tolerance)}`;
  const absent = share > 0 && share < 1 ? `${version} is not seen once in ${percent(unseen, 2)} of all runs, ` : '';
  const looks = wrong > share ? 'right or low' : 'right';
  return `With ${samples} connections ${absent}a true ${percent(wrong, 4)} looks ${looks} in ${percent(missed, 0)}, and ${proves}.`;
}
