import { judgeAfterChange, type ChangeJudgement } from '../../core/verdict/after-change.ts';
import { judgeCounts } from '../../core/verdict/counts.ts';
import { createJudge, type Observation } from '../../core/verdict/judge.ts';
import type { Judgement } from '../../core/verdict/judgement.ts';
import type { VerdictReport } from '../../core/verdict/report.ts';
import type { JudgeSpec } from '../../core/verdict/spec.ts';
import { sameShares, shares, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { Clock } from '../../io.ts';
import { problemError } from './problem.ts';
import type { CountSource, SampleSource, Source } from './sources.ts';

export interface VerifyOptions {
  /** The split before a change that may still be under way; where absent, the split stands. */
  before?: Split | undefined;
  /** Milliseconds after which no further sample is looked at; none where absent. */
  maxTimeMs?: number | undefined;
  /** Told after every sample, with the judgement so far, which costs something to compute. */
  watch?: (observation: Observation, judgement: () => Judgement) => void;
}

/** No more of a session is needed: what was recorded can be judged without a cluster. */
interface Timed {
  io: { clock: Clock; signal?: AbortSignal };
}

/**
 * Looks at connections until the split is proved, disproved, or the budget is used up.
 * @throws ShiftError usage: the numbers of the spec cannot decide anything; timeout: too few connections were counted; and what opening connections throws; the signal's reason
 */
export async function verify(
  source: Source,
  spec: JudgeSpec,
  options: VerifyOptions,
  { io }: Timed,
): Promise<VerdictReport> {
  const { clock, signal } = io;
  signal?.throwIfAborted();
  const started = clock.monotonic();
  const judgement =
    'counts' in source ? judgementOfCounts(source, spec) : await judgementOfSamples(source, spec, options, io);
  const { route, routeSplit, from, address } = source;
  const expected = [...spec.expected].map(([version, weight]) => ({ version, weight }));
  return {
    ...judgement,
    route,
    ...(routeSplit && !sameShares(expected, routeSplit) && { routeAsks: Object.fromEntries(shares(routeSplit)) }),
    from,
    address,
    elapsedMs: 'counts' in source ? source.windowMs : Math.round(clock.monotonic() - started),
  };
}

function judgementOfCounts({ counts }: CountSource, spec: JudgeSpec): Judgement {
  const judged = judgeCounts(spec, counts);
  if ('judgement' in judged) return judged.judgement;
  const { field, asked, least } = judged.problem;
  if (field !== 'budget') throw problemError(judged.problem);
  throw new ShiftError('timeout', `only ${asked} connections came in the window, and at least ${least} are needed`, {
    hint: 'count for longer: --window 5m, or ask for less: --tolerance 10',
  });
}

async function judgementOfSamples(
  source: SampleSource,
  spec: JudgeSpec,
  { before, maxTimeMs = Infinity, watch = () => {} }: VerifyOptions,
  { clock, signal }: Timed['io'],
): Promise<Judgement & Partial<ChangeJudgement>> {
  const made = before === undefined ? createJudge(spec) : judgeAfterChange(spec, shares(before));
  if ('problem' in made) throw problemError(made.problem);
  const { judge } = made;
  const judgement = (): Judgement => judge.judgement();
  const deadline = clock.monotonic() + maxTimeMs;
  // How many attempts a change takes, and so how many samples, nobody knows before.
  for await (const sample of source.observations(before ? undefined : judgement().budget)) {
    signal?.throwIfAborted();
    const done = judge.observe(sample);
    watch(sample, judgement);
    if (done || clock.monotonic() >= deadline) break;
  }
  return judge.judgement();
}
