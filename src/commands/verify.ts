import { writeFileSync } from 'node:fs';
import { parseAssignments } from '../core/weights/assignments.ts';
import { sameShares, shares, type Split } from '../core/weights/split.ts';
import type { Judgement } from '../core/verdict/judgement.ts';
import type { JudgeSpec } from '../core/verdict/spec.ts';
import { askedSplit } from '../core/weights/plan.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { Io } from '../io.ts';
import type { CommandContext } from './context.ts';
import { ndjsonLine } from '../report/output.ts';
import { emit } from '../report/emit.ts';
import { createLive } from '../report/terminal/live.ts';
import { verdictSuite } from '../report/verdict-junit.ts';
import type { VerdictReport } from '../core/verdict/report.ts';
import { verdictLines } from '../report/verify.ts';
import {
  counting,
  probing,
  replaying,
  type Inquiry,
  type InquiryOptions,
} from '../operations/verification/observations.ts';
import { problemError, refuseBadLevels, specOf } from '../operations/verification/judge-spec.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';
import { hear, startJudge, type AnyJudge } from './trial.ts';

export interface VerifyOptions extends TargetOptions, InquiryOptions {
  evidence: 'probes' | 'gateway-stats';
  /** A file of recorded samples. */
  samples?: string;
  /** Milliseconds. */
  maxTime?: number;
  /** The split before a change that may still be under way; true where it was not told. */
  afterChange?: string | true;
  junit?: string;
  output: 'text' | 'json' | 'yaml' | 'ndjson';
}

/** A change that may never come is not waited for longer than this, unless the user says so. */
const longestChangeMs = 120_000;

const exitOf = { pass: exitCodes.ok, fail: exitCodes.fail, inconclusive: exitCodes.inconclusive } as const;

/** Looks at connections until the split is proved, disproved, or the budget is used up. */
export async function verify(options: VerifyOptions, { io }: CommandContext): Promise<ExitCode> {
  refuseBadLevels(options);
  const started = io.clock.monotonic();
  const inquiry = await inquire(options, io);
  const spec = { ...specOf(inquiry.split, options), ...fixedBy(inquiry) };
  const judgement = await judge(inquiry, spec, options, io);
  const { route, from, address, split, routeSplit = split } = inquiry;
  const report: VerdictReport = {
    ...judgement,
    route,
    ...(sameShares(split, routeSplit) ? {} : { routeAsks: Object.fromEntries(shares(routeSplit)) }),
    from,
    address,
    elapsedMs: Math.round(io.clock.monotonic() - started),
  };
  if (options.junit !== undefined) writeJunit(options.junit, report, io);
  emit(io, options.output, { kind: 'Verdict', body: report, lines: verdictLines(report) });
  return exitOf[report.verdict];
}

async function inquire(options: VerifyOptions, io: Io): Promise<Inquiry> {
  if (options.samples !== undefined) return replaying(options.samples, options);
  const session = await openSession(options, io);
  const target = await openTarget(options, session);
  return options.evidence === 'gateway-stats' ? counting(options, target, session) : probing(options, target, session);
}

/** Counters are one look at a number that nobody chose by looking: the exact test of fixed size fits it. */
function fixedBy({ total }: Inquiry): Partial<JudgeSpec> {
  return total === undefined ? {} : { method: 'fixed', budget: total, unordered: true };
}

async function judge(inquiry: Inquiry, spec: JudgeSpec, options: VerifyOptions, io: Io): Promise<Judgement> {
  const before = options.afterChange === undefined ? undefined : splitBefore(options.afterChange, inquiry.split);
  const made = startJudge(spec, before);
  if ('problem' in made) {
    const lacking = inquiry.total !== undefined && made.problem.field === 'budget';
    throw lacking ? tooFew(made.problem.least, inquiry.total!) : problemError(made.problem, options, spec.expected);
  }
  const { quiet = false, output } = options;
  const maxTimeMs = options.maxTime ?? (before ? longestChangeMs : undefined);
  const live = createLive({ stderr: io.stderr, env: io.env, quiet, clock: io.clock });
  const started = io.clock.monotonic();
  const watch = (): void => live.changed(() => liveState(made.judge, { started, maxTimeMs, io }));
  const observations = inquiry.observations(before ? undefined : made.judge.judgement().budget);
  try {
    await hear(
      made.judge,
      output === 'ndjson' ? printing(observations, io) : observations,
      { maxTimeMs, watch },
      io.clock,
    );
    return made.judge.judgement();
  } finally {
    live.end();
  }
}

/** The split that was told, or everything on the version that is to keep the most. */
function splitBefore(told: string | true, split: Split): Split {
  const most = split.reduce((one, other) => (other.weight > one.weight ? other : one)).version;
  const assignments = told === true ? parseAssignments([], most) : parseAssignments(told.split(/[\s,]+/));
  return askedSplit(split, assignments);
}

function tooFew(least: number, total: number): ShiftError {
  return new ShiftError('timeout', `only ${total} connections came in the window, and at least ${least} are needed`, {
    hint: 'count for longer: --window 5m, or ask for less: --tolerance 10',
  });
}

async function* printing<T extends object>(observations: AsyncIterable<T>, io: Io): AsyncGenerator<T> {
  for await (const sample of observations) {
    io.stdout.write(ndjsonLine(sample));
    yield sample;
  }
}

function liveState(
  judge: AnyJudge,
  { started, maxTimeMs, io }: { started: number; maxTimeMs: number | undefined; io: Io },
) {
  const { versions, samples, budget, failures } = judge.judgement();
  const elapsedMs = Math.max(1, io.clock.monotonic() - started);
  const rate = (samples * 1000) / elapsedMs;
  const toBudget = rate > 0 ? ((budget - samples) * 1000) / rate : null;
  const toEnd = maxTimeMs === undefined ? Infinity : maxTimeMs - elapsedMs;
  return {
    versions,
    samples,
    budget,
    failures,
    rate,
    leftMs: toBudget === null ? null : Math.max(0, Math.min(toBudget, toEnd)),
  };
}

function writeJunit(file: string, report: VerdictReport, io: Io): void {
  try {
    writeFileSync(file, verdictSuite(report, new Date(io.clock.now() - report.elapsedMs).toISOString()));
  } catch (cause) {
    throw new ShiftError('usage', `cannot write ${file}: ${(cause as Error).message}`, {
      hint: 'give another file: --junit FILE',
      cause,
    });
  }
}
