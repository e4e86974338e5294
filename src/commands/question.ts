import { askAbout, shareHeld, type Tolerance } from '../core/verdict/question.ts';
import { findLevelProblem, findProblem, type JudgeSpec, type Problem } from '../core/verdict/spec.ts';
import type { Split } from '../core/weights/split.ts';
import { ShiftError } from '../errors.ts';

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
  /** False with --no-turns. */
  turns: boolean;
}

/** The words of all `--expect`, which may be given several times or hold several shares. */
export function expectWords({ expect }: QuestionOptions): string[] | undefined {
  return expect?.flatMap((text) => text.split(/[\s,]+/).filter(Boolean));
}

/** The question about this split. */
export function specOf(split: Split, options: QuestionOptions): JudgeSpec {
  const { tolerance, alpha, power, maxFailureRate, maxProbes, fixed, turns } = options;
  return askAbout(split, {
    tolerance,
    alpha,
    power,
    maxFailureRate: maxFailureRate / 100,
    method: fixed === undefined ? 'sequential' : 'fixed',
    budget: fixed ?? maxProbes,
    turns,
  });
}

/** @throws ShiftError usage: a number that no split could be judged with */
export function refuseBadLevels(options: QuestionOptions): void {
  const problem = findLevelProblem({ ...options, maxFailureRate: options.maxFailureRate / 100 });
  if (problem !== undefined) throw problemError(problem, options);
}

/** @throws ShiftError usage: a number that this split cannot be judged with */
export function refuseProblems(spec: JudgeSpec, options: QuestionOptions): void {
  const problem = findProblem(spec);
  if (problem !== undefined) throw problemError(problem, options, spec.expected);
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
