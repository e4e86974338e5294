import { parseAssignments } from '../core/assignments.ts';
import { shares } from '../core/split.ts';
import { createJudge, type Judge } from '../core/verdict/judge.ts';
import type { Judgement } from '../core/verdict/judgement.ts';
import type { JudgeSpec, Problem } from '../core/verdict/spec.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { ProgramContext } from '../program.ts';
import { ndjsonLine } from '../report/document.ts';
import { emit } from '../report/emit.ts';
import { createStyle } from '../report/style.ts';
import { verdictLines, type VerdictReport } from '../report/verify.ts';
import { planRoute } from '../routing/backends.ts';
import { needExchange, type ExchangeOptions } from './exchange.ts';
import { openSession } from './session.ts';
import { findTarget, type Target, type TargetOptions } from './target.ts';
import { openVantage, type Vantage, type VantageOptions } from './vantage.ts';

export interface VerifyOptions extends TargetOptions, ExchangeOptions, VantageOptions {
  expect?: string[];
  /** Percentage points. */
  tolerance: number;
  alpha: number;
  power: number;
  /** Percent. */
  maxFailureRate: number;
  concurrency: number;
  /** Milliseconds. */
  interval: number;
  output: 'text' | 'json' | 'yaml' | 'ndjson';
}

const exitOf = { pass: exitCodes.ok, fail: exitCodes.fail, inconclusive: exitCodes.inconclusive } as const;

/** Probes until the split is proved, disproved, or the budget is used up. */
export async function verify(options: VerifyOptions, { io }: ProgramContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const target = await findTarget(options, session);
  const spec = specOf(options, target);
  const judge = judgeOf(spec);
  const exchange = await needExchange(options, target, session);
  const vantage = await openVantage(options, target, session);

  const { interval: intervalMs, concurrency, output } = options;
  const { budget } = judge.judgement();
  const step = session.progress.step(`Probing ${vantage.address}, at most ${budget} connections`);
  for await (const sample of vantage.samples({ count: budget, intervalMs, concurrency }, exchange)) {
    if (output === 'ndjson') io.stdout.write(ndjsonLine(sample));
    if (judge.observe(sample)) break;
  }
  step.done();
  const report = reportOf(judge.judgement(), { target, vantage });
  emit(io, output, { kind: 'Verdict', body: report, lines: verdictLines(report, createStyle(io.stdout, io.env)) });
  return exitOf[report.verdict];
}

/** The question: the split that the route asks for, or the one that the user expects. */
function specOf(options: VerifyOptions, { view, api }: Target): JudgeSpec {
  const { expect, tolerance, alpha, power, maxFailureRate } = options;
  const words = expect?.flatMap((text) => text.split(/[\s,]+/).filter(Boolean));
  const split = words ? planRoute(view, parseAssignments(words), api.limits).after : view.split;
  const expected = split.length === 1 ? new Map([[split[0]!.version, 1]]) : shares(split);
  return { expected, tolerance: tolerance / 100, alpha, power, maxFailureRate: maxFailureRate / 100, method: 'fixed' };
}

function judgeOf(spec: JudgeSpec): Judge {
  const made = createJudge(spec);
  if ('judge' in made) return made.judge;
  throw problemError(made.problem);
}

const optionOf: Readonly<Record<Problem['field'], string>> = {
  expected: '--expect',
  tolerance: '--tolerance',
  alpha: '--alpha',
  power: '--power',
  maxFailureRate: '--max-failure-rate',
  budget: '--max-probes',
};

/** Fields that users give in percent. */
const inPercent = new Set<Problem['field']>(['expected', 'tolerance', 'maxFailureRate']);

function problemError({ field, asked, version, least, most }: Problem): ShiftError {
  const text = (value: number): string =>
    inPercent.has(field) ? `${Number((value * 100).toPrecision(6))}` : `${value}`;
  const about = version === undefined ? '' : ` for ${version}`;
  return new ShiftError(
    'usage',
    `${optionOf[field]} ${text(asked)}${about} cannot work: it goes from ${text(least)} to ${text(most)}`,
    {
      hint: `give ${optionOf[field]} ${text(asked < least ? least : most)}`,
    },
  );
}

function reportOf(judgement: Judgement, { target, vantage }: { target: Target; vantage: Vantage }): VerdictReport {
  return { ...judgement, route: target.view.ref, from: vantage.from, address: vantage.address };
}
