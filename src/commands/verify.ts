import { UnfinishedVerdict, type VerdictReport } from '../core/verdict/report.ts';
import { parseAssignments, type Assignment } from '../core/weights/assignments.ts';
import type { Split } from '../core/weights/split.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { Io } from '../io.ts';
import { expectedSplit, splitBefore, splitOfSamples } from '../operations/verification/asked-split.ts';
import { readSamples } from '../operations/verification/recorded-samples.ts';
import { counting, probing, replaying, type Source } from '../operations/verification/sources.ts';
import { verify, type VerifyOptions } from '../operations/verification/verify.ts';
import { emit, ndjsonLine } from '../report/output.ts';
import { createLiveVerdict } from '../report/terminal/live-verdict.ts';
import { writeVerdictSuite } from '../report/verdict-junit.ts';
import { verdictLines } from '../report/verify.ts';
import type { CommandContext } from './context.ts';
import {
  probeSpecOf,
  vantageSpecOf,
  type ExchangeOptions,
  type PaceOptions,
  type VantageOptions,
  type VarietyOptions,
} from './probing.ts';
import { expectWords, refuseBadLevels, refuseProblems, specOf, type QuestionOptions } from './question.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';

type ObservingOptions = ExchangeOptions & VantageOptions & VarietyOptions & PaceOptions;

export interface VerifyCommandOptions extends TargetOptions, QuestionOptions, ObservingOptions {
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
export async function runVerify(options: VerifyCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  refuseBadLevels(options);
  const tell = (report: VerdictReport): void => {
    if (options.junit !== undefined) writeVerdictSuite(options.junit, report, io.clock.now());
    emit(io, options.output, { kind: 'Verdict', body: report, lines: verdictLines(report) });
  };
  try {
    const report = await (options.samples === undefined ? live(options, io) : recorded(options.samples, options, io));
    tell(report);
    return exitOf[report.verdict];
  } catch (error) {
    if (error instanceof UnfinishedVerdict) tell(error.report);
    throw error;
  }
}

/** Asks a cluster, and opens or counts connections. */
async function live(options: VerifyCommandOptions, io: Io): Promise<VerdictReport> {
  const session = await openSession(options, io);
  const target = await openTarget(options, session);
  const split = expectedSplit(target, expectedOf(options));
  const { evidence, interval: intervalMs, concurrency, window } = options;
  const loop = { intervalMs, concurrency };
  const towards = options.afterChange === undefined ? undefined : split;
  const how = {
    vantage: vantageSpecOf(options),
    probe: probeSpecOf(options),
    loop,
    towards,
    settleMs: options.maxTime,
  };
  if (evidence === 'probes') return judge(split, () => probing(target, how, session), options, io);
  // Everybody's connections are judged as many as they are.
  const { fixed: _fixed, maxProbes: _most, ...asked } = options;
  return judge(split, () => counting(target, window, session), asked, io);
}

/** Asks nobody: what split samples were recorded of is the user's to tell. */
function recorded(file: string, options: VerifyCommandOptions, io: Io): Promise<VerdictReport> {
  const samples = readSamples(file);
  const expected = expectedOf(options);
  if (expected) return judge(splitOfSamples(samples, expected), () => replaying(samples, file), options, io);
  throw new ShiftError('usage', `nothing tells what split the samples of ${file} are to be judged against`, {
    hint: `tcpshift verify --samples ${file} --expect v2=20`,
  });
}

function expectedOf(options: QuestionOptions): Assignment[] | undefined {
  const words = expectWords(options);
  return words && parseAssignments(words);
}

async function judge(
  split: Split,
  open: () => Source | Promise<Source>,
  options: VerifyCommandOptions,
  io: Io,
): Promise<VerdictReport> {
  const { afterChange, maxTime, output, quiet = false } = options;
  const spec = specOf(split, options);
  refuseProblems(spec, options);
  const told = typeof afterChange === 'string' ? parseAssignments(afterChange.split(/[\s,]+/)) : undefined;
  const before = afterChange === undefined ? undefined : splitBefore(split, told);
  const maxTimeMs = maxTime ?? (before ? longestChangeMs : undefined);
  const source = await open();
  const screen = createLiveVerdict(quiet, maxTimeMs, io);
  const watch: VerifyOptions['watch'] = (sample, judgement) => {
    if (output === 'ndjson') io.stdout.write(ndjsonLine(sample));
    screen.changed(judgement);
  };
  return verify(source, spec, { before, maxTimeMs, watch }, { io }).finally(() => screen.end());
}
