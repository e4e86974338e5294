import type { Judgement } from '../../core/verdict/judgement.ts';
import type { Io } from '../../io.ts';
import { createLive } from './live.ts';
import type { LiveState } from './live-lines.ts';

export interface LiveVerdict {
  /** Told after every sample; the judgement is asked for only when it is drawn. */
  changed(judgement: () => Judgement): void;
  end(): void;
}

/**
 * Shows on a terminal how far a verification has come.
 * @param maxTimeMs after which it ends at the latest; undefined where only its budget ends it
 */
export function createLiveVerdict(quiet: boolean, maxTimeMs: number | undefined, io: Io): LiveVerdict {
  const live = createLive({ stderr: io.stderr, env: io.env, quiet, clock: io.clock });
  const started = io.clock.monotonic();
  return {
    changed: (judgement) => live.changed(() => stateOf(judgement(), io.clock.monotonic() - started, maxTimeMs)),
    end: () => live.end(),
  };
}

function stateOf(judgement: Judgement, elapsed: number, maxTimeMs = Infinity): LiveState {
  const { versions, samples, budget, failures } = judgement;
  const elapsedMs = Math.max(1, elapsed);
  const rate = (samples * 1000) / elapsedMs;
  const toBudget = rate > 0 ? ((budget - samples) * 1000) / rate : null;
  const leftMs = toBudget === null ? null : Math.max(0, Math.min(toBudget, maxTimeMs - elapsedMs));
  return { versions, samples, budget, failures, rate, leftMs };
}
