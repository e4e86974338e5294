import { parseAssignments } from '../../core/weights/assignments.ts';
import { shares, type Split } from '../../core/weights/split.ts';
import { findLevelProblem, type JudgeSpec, type Problem } from '../../core/verdict/spec.ts';
import { ShiftError } from '../../errors.ts';
import { planRoute } from '../../routing/backends.ts';
import { defined } from '../../core/defined.ts';
import type { Target } from '../route/target.ts';

/** What is asked of a split, as options of `verify` and `plan`. */
export interface QuestionOptions {
  expect?: string[];
  tolerance: Tolerance;
  alpha: number;
  power: number;
  /** Percent. */
  maxFailureRate: number;
  maxProbes?: number;
  fixed?: number;
}

/** How far a share may be off: points of 100, or a part of the share itself. */
interface Tolerance {
  amount: number;
  relative: boolean;
}

/** The words of all `--expect`, which may be given several times or hold several shares. */
export function expectWords({ expect }: QuestionOptions): string[] | undefined {
  return expect?.flatMap((text) => text.split(/[\s,]+/).filter(Boolean));
}

/** The split that the route asks for, or the one that the user expects of it. */
export function expectedSplit(options: QuestionOptions, { view, api }: Target): Split {
  const words = expectWords(options);
  return words ? planRoute(view, parseAssignments(words), api.limits).after : view.split;
}

/** The question about this split. A sole version gets everything, whatever its weight. */
export function specOf(split: Split, options: QuestionOptions): JudgeSpec {
  const expected = split.length === 1 ? new Map([[split[0]!.version, 1]]) : shares(split);
  const { alpha, power, maxFailureRate, maxProbes, fixed } = options;
  return {
    expected,
    tolerance: toleranceOf(expected, options.tolerance),
    alpha,
    power,
    maxFailureRate: maxFailureRate / 100,
    method: fixed === undefined ? 'sequential' : 'fixed',
    ...defined({ budget: fixed ?? maxProbes }),
  };
}

/** A version that is to get nothing has no share to be a part of; it is held to the tolerance of the rarest that gets some. */
function toleranceOf(
  expected: ReadonlyMap<string, number>,
  { amount, relative }: Tolerance,
): number | Map<string, number> {
  if (!relative) return amount / 100;
  return new Map([...expected.keys()].map((version) => [version, (shareHeld(expected, version) * amount) / 100]));
}

/** The share that a version's tolerance is a part of. */
function shareHeld(expected: ReadonlyMap<string, number>, version = ''): number {
  return expected.get(version) || Math.min(...[...expected.values()].filter((share) => share > 0));
}

/** @throws ShiftError usage: a number that no split could be judged with */
export function refuseBadLevels(options: QuestionOptions): void {
  const problem = findLevelProblem({ ...options, maxFailureRate: options.maxFailureRate / 100 });
  if (problem !== undefined) throw problemError(problem, options);
}

/** Each field of the question, with the option that sets it; true where users give it in percent. */
const optionOf: Readonly<Record<Problem['field'], readonly [option: string, percent: boolean]>> = {
  expected: ['--expect', true],
  tolerance: ['--tolerance', true],
  alpha: ['--alpha', false],
  power: ['--power', false],
  maxFailureRate: ['--max-failure-rate', true],
  budget: ['--max-probes', false],
};

/**
 * The error for a number that no judge can work with; its hint gives the nearest that works.
 * @param expected the asked shares, of which a relative tolerance is a part
 */
export function problemError(
  { field, asked, version, least, most }: Problem,
  { fixed, tolerance }: QuestionOptions,
  expected: ReadonlyMap<string, number> = new Map(),
): ShiftError {
  const [name, percent] = optionOf[field];
  const option = field === 'budget' && fixed !== undefined ? '--fixed' : name;
  const isPart = field === 'tolerance' && tolerance.relative;
  const share = isPart ? shareHeld(expected, version) : 1;
  const part = (value: number) =>
    (value === most ? Math.floor((value / share) * 1e4 + 1e-6) : Math.ceil((value / share) * 1e4 - 1e-6)) / 100;
  const text = (value: number): string =>
    isPart ? `${part(value)}%` : `${percent ? Number((value * 100).toPrecision(6)) : value}`;
  const about = version === undefined ? '' : ` for ${version}`;
  const range =
    most === Infinity ? `it must be ${text(least)} at least` : `it can be from ${text(least)} to ${text(most)}`;
  return new ShiftError('usage', `${option} ${text(asked)}${about} cannot decide anything: ${range}`, {
    hint: `use ${option} ${text(asked < least ? least : most)}`,
  });
}
