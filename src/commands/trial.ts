import type { Split } from '../core/weights/split.ts';
import { shares } from '../core/weights/split.ts';
import { judgeAfterChange, type ChangeJudgement } from '../core/verdict/after-change.ts';
import { createJudge, type Observation } from '../core/verdict/judge.ts';
import type { Judgement } from '../core/verdict/judgement.ts';
import type { JudgeSpec, Problem } from '../core/verdict/spec.ts';
import type { Clock } from '../io.ts';

/** A judge of a split that stands, or of one that was just changed. */
export interface AnyJudge {
  observe(observation: Observation): boolean;
  judgement(): Judgement & Partial<ChangeJudgement>;
}

/** @param before the split before a change that may still be under way; undefined where nothing changes */
export function startJudge(spec: JudgeSpec, before: Split | undefined): { judge: AnyJudge } | { problem: Problem } {
  return before === undefined ? createJudge(spec) : judgeAfterChange(spec, shares(before));
}

export interface TrialOptions {
  /** Milliseconds after which no further sample is looked at; none where absent. */
  maxTimeMs?: number | undefined;
  /** Told after every sample. */
  watch: () => void;
}

/** Shows the samples to the judge until it is done, the time is up, or the samples end. */
export async function hear(
  judge: AnyJudge,
  samples: AsyncIterable<Observation>,
  { maxTimeMs = Infinity, watch }: TrialOptions,
  clock: Clock,
): Promise<void> {
  const deadline = clock.monotonic() + maxTimeMs;
  for await (const sample of samples) {
    const done = judge.observe(sample);
    watch();
    if (done || clock.monotonic() >= deadline) return;
  }
}
