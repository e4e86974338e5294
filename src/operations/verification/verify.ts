import { judgeAfterChange, type ChangeJudgement } from '../../core/verdict/after-change.ts';
import { judgeCounts } from '../../core/verdict/counts.ts';
import { createJudge, type Observation } from '../../core/verdict/judge.ts';
import type { Judgement, Reason } from '../../core/verdict/judgement.ts';
import { UnfinishedVerdict, type VerdictReport } from '../../core/verdict/report.ts';
import type { JudgeSpec } from '../../core/verdict/spec.ts';
import { sameShares, shares, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { Clock } from '../../io.ts';
import { OverwrittenRoute } from '../route/route-guard.ts';
import { problemError } from './problem.ts';
import { UnsettledGateways } from './rollout.ts';
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
 * Looks at connections until the split is proved, disproved, or the budget is used up. A route that is asked for another split meanwhile leaves the
 * verdict open.
 * @throws ShiftError usage: the numbers of the spec cannot decide anything; timeout: too few connections were counted; and what opening connections
 * throws, or the signal's reason, before the first connection
 * @throws UnfinishedVerdict the same after it
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
  const { route, routeSplit, from, address, rollout } = source;
  const expected = [...spec.expected].map(([version, weight]) => ({ version, weight }));
  const report = (judgement: Judgement): VerdictReport => ({
    ...judgement,
    route,
    ...(routeSplit && !sameShares(expected, routeSplit) && { routeAsks: Object.fromEntries(shares(routeSplit)) }),
    from,
    address,
    ...(rollout && { rollout }),
    elapsedMs: 'counts' in source ? source.windowMs : Math.round(clock.monotonic() - started),
  });
  if ('counts' in source) {
    const { overwritten } = source;
    const judgement = judgementOfCounts(source, spec);
    return report(overwritten ? inDoubt(judgement, { kind: 'overwritten', overwritten }) : judgement);
  }
  // Where every gateway has the split, no connection came before the change.
  const { judgement, ended } = await judgementOfSamples(
    source,
    spec,
    rollout ? { ...options, before: undefined } : options,
    io,
  );
  const seen = judgement();
  if (!ended) return report(seen);
  if (ended instanceof OverwrittenRoute)
    return report(inDoubt(seen, { kind: 'overwritten', overwritten: ended.overwritten }));
  if (ended instanceof UnsettledGateways) return report(inDoubt(seen, { kind: 'rollout', why: ended.message }));
  throw seen.samples === 0 ? ended : new UnfinishedVerdict(report(seen), ended);
}

/** Connections that came under two splits speak for neither. */
function inDoubt(judgement: Judgement, reason: Reason): Judgement {
  const { needs: _needs, ...seen } = judgement;
  return { ...seen, verdict: 'inconclusive', final: true, reason };
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

interface Judged {
  judgement: () => Judgement & Partial<ChangeJudgement>;
  /** What ended the looking before its time. */
  ended?: ShiftError;
}

async function judgementOfSamples(
  source: SampleSource,
  spec: JudgeSpec,
  { before, maxTimeMs = Infinity, watch = () => {} }: VerifyOptions,
  { clock, signal }: Timed['io'],
): Promise<Judged> {
  const made = before === undefined ? createJudge(spec) : judgeAfterChange(spec, shares(before));
  if ('problem' in made) throw problemError(made.problem);
  const { judge } = made;
  const soFar = (): Judgement => judge.judgement();
  const judgement = (): Judgement => judge.end();
  const deadline = clock.monotonic() + maxTimeMs;
  try {
    // How many attempts a change takes, and so how many samples, nobody knows before.
    for await (const sample of source.observations(before ? undefined : soFar().budget)) {
      signal?.throwIfAborted();
      const done = judge.observe(sample);
      watch(sample, soFar);
      if (done || clock.monotonic() >= deadline) break;
    }
    await source.look?.();
  } catch (error) {
    if (!(error instanceof ShiftError)) throw error;
    return { judgement, ended: error };
  }
  return { judgement };
}
