import { writeFileSync } from 'node:fs';
import type { Judgement } from '../core/verdict/judgement.ts';
import type { VerdictReport } from '../core/verdict/report.ts';
import type { JudgeSpec } from '../core/verdict/spec.ts';
import { parseAssignments } from '../core/weights/assignments.ts';
import { askedSplit } from '../core/weights/plan.ts';
import type { Split } from '../core/weights/split.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { Io } from '../io.ts';
import { readSamples } from '../operations/verification/recorded-samples.ts';
import { counting, probing, replaying, type Source } from '../operations/verification/sources.ts';
import { verify as verifySplit, type VerifyOptions as Watch } from '../operations/verification/verify.ts';
import { emit } from '../report/emit.ts';
import { ndjsonLine } from '../report/output.ts';
import { createLive } from '../report/terminal/live.ts';
import type { LiveState } from '../report/terminal/live-lines.ts';
import { verdictSuite } from '../report/verdict-junit.ts';
import { verdictLines } from '../report/verify.ts';
import { planRoute } from '../routing/backends.ts';
import type { CommandContext } from './context.ts';
import { probeSpecOf, vantageSpecOf, type ExchangeOptions, type LoopOptions, type VantageOptions } from './probing.ts';
import { expectWords, refuseBadLevels, refuseProblems, specOf, type QuestionOptions } from './question.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';

type ObservingOptions = ExchangeOptions & VantageOptions & LoopOptions;

export interface VerifyOptions extends TargetOptions, QuestionOptions, ObservingOptions {
  evidence: 'probes' | 'gateway-stats';
  /** Milliseconds of counting. */
  window: number;
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
  const { split, spec, source } = await (options.samples === undefined
    ? live(options, io)
    : recorded(options.samples, options));
  const before = options.afterChange === undefined ? undefined : splitBefore(options.afterChange, split);
  const maxTimeMs = options.maxTime ?? (before ? longestChangeMs : undefined);
  const shown = showing(options, maxTimeMs, io);
  const report = await verifySplit(source, spec, { before, maxTimeMs, watch: shown.watch }, { io }).finally(shown.end);
  if (options.junit !== undefined) writeJunit(options.junit, report, io);
  emit(io, options.output, { kind: 'Verdict', body: report, lines: verdictLines(report) });
  return exitOf[report.verdict];
}

/** What is asked, and the connections that are to answer it. */
interface Inquiry {
  split: Split;
  spec: JudgeSpec;
  source: Source;
}

/** The split that the route asks for, or the one that the user expects of it. */
async function live(options: VerifyOptions, io: Io): Promise<Inquiry> {
  const session = await openSession(options, io);
  const target = await openTarget(options, session);
  const { view, api } = target;
  const words = expectWords(options);
  const split = words ? planRoute(view, parseAssignments(words), api.limits).after : view.split;
  const { evidence, interval: intervalMs, concurrency, window } = options;
  if (evidence === 'gateway-stats') {
    // Everybody's connections are taken as many as they are.
    const { budget: _, ...spec } = specOf(split, options);
    refuseProblems(spec, options);
    return { split, spec, source: await counting(target, window, session) };
  }
  const spec = specOf(split, options);
  refuseProblems(spec, options);
  const how = { vantage: vantageSpecOf(options), probe: probeSpecOf(options), loop: { intervalMs, concurrency } };
  return { split, spec, source: await probing(target, how, session) };
}

/** The split that the user expects of samples that were recorded before; no cluster is asked. */
function recorded(file: string, options: VerifyOptions): Promise<Inquiry> {
  const samples = readSamples(file);
  const words = expectWords(options);
  if (!words) {
    throw new ShiftError('usage', `nothing tells what split the samples of ${file} are to be judged against`, {
      hint: `tcpshift verify --samples ${file} --expect v2=20`,
    });
  }
  const assignments = parseAssignments(words);
  const seen = samples.flatMap(({ version }) => version ?? []);
  const versions = [...new Set([...assignments.map(({ version }) => version), ...seen])].sort();
  const split = askedSplit(
    versions.map((version) => ({ version, weight: 1 })),
    assignments,
  );
  const spec = specOf(split, options);
  refuseProblems(spec, options);
  return Promise.resolve({ split, spec, source: replaying(samples, file) });
}

/** The split that was told, or everything on the version that is to keep the most. */
function splitBefore(told: string | true, split: Split): Split {
  const most = split.reduce((one, other) => (other.weight > one.weight ? other : one)).version;
  const assignments = told === true ? parseAssignments([], most) : parseAssignments(told.split(/[\s,]+/));
  return askedSplit(split, assignments);
}

/** Shows on the terminal how far the verification has come, and writes the samples where they are asked for. */
function showing({ quiet = false, output }: VerifyOptions, maxTimeMs: number | undefined, io: Io) {
  const screen = createLive({ stderr: io.stderr, env: io.env, quiet, clock: io.clock });
  const started = io.clock.monotonic();
  const watch: Watch['watch'] = (sample, judgement) => {
    if (output === 'ndjson') io.stdout.write(ndjsonLine(sample));
    screen.changed(() => liveState(judgement(), io.clock.monotonic() - started, maxTimeMs));
  };
  return { watch, end: () => screen.end() };
}

function liveState(judgement: Judgement, elapsed: number, maxTimeMs: number | undefined): LiveState {
  const { versions, samples, budget, failures } = judgement;
  const elapsedMs = Math.max(1, elapsed);
  const rate = (samples * 1000) / elapsedMs;
  const toBudget = rate > 0 ? ((budget - samples) * 1000) / rate : null;
  const toEnd = maxTimeMs === undefined ? Infinity : maxTimeMs - elapsedMs;
  const leftMs = toBudget === null ? null : Math.max(0, Math.min(toBudget, toEnd));
  return { versions, samples, budget, failures, rate, leftMs };
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
