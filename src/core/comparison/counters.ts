import { guessedRate, windowEvidence } from '../statistics/counted-blocks.ts';
import type { Count } from '../statistics/fisher.ts';
import type { FailureQuestion } from './failures.ts';
import { firstProof, type Evidence, type Verdict } from './proof.ts';
import { requireAlpha, requireCount, requireWithin, usualAlpha } from './question.ts';

/** Failed connections among all of each version, in a window of time. */
export interface CounterWindow {
  old: Count;
  new: Count;
  /** Failures that nothing attributes to a version; none where absent. */
  unattributed?: number | undefined;
}

/** What counters of both versions prove. */
export interface CounterComparison {
  verdict: Verdict;
  margin: number;
  alpha: number;
  old: Count;
  new: Count;
  unattributed: number;
  windows: number;
  evidence: Evidence;
}

/** A comparison that goes on. */
export interface CounterGate {
  /** Takes the next window, and gives the verdict so far. */
  observe(window: CounterWindow): Verdict;
  comparison(): CounterComparison;
}

/** Whoever counts while it goes on. @throws ShiftError usage: a margin or an alpha that nothing can be proved with. @internal */
export function counterGate({ margin = 0.01, alpha = usualAlpha }: FailureQuestion): CounterGate {
  requireWithin('the margin', margin, [0, 0.99]);
  requireAlpha(alpha);
  const proof = firstProof(alpha);
  const evidence = { harm: 0, safety: 0 };
  const past = { old: { hits: 0, of: 0 }, new: { hits: 0, of: 0 }, unattributed: 0 };
  let windows = 0;
  return {
    observe: (window) => {
      requireWindow(window);
      evidence.harm += harmIn(window, past, margin);
      evidence.safety += safetyIn(window, past, margin);
      add(past.old, window.old);
      add(past.new, window.new);
      past.unattributed += window.unattributed ?? 0;
      windows++;
      proof.look(evidence);
      return proof.verdict;
    },
    comparison: () => ({
      verdict: proof.verdict,
      margin,
      alpha,
      ...structuredClone(past),
      windows,
      evidence: { ...evidence },
    }),
  };
}

/**
 * The same question as `compareFailures` asks, from counters that tell no order: each window is bet on with the rates
 * that the windows before make likely. The error rates hold where a version's connections fail independently of each
 * other within a window, and its size has nothing to do with how they end.
 * @param windows in the order of time
 * @throws ShiftError usage: no counts, or a margin or an alpha that nothing can be proved with
 */
export function compareCounters(windows: Iterable<CounterWindow>, question: FailureQuestion = {}): CounterComparison {
  const gate = counterGate(question);
  for (const window of windows) gate.observe(window);
  return gate.comparison();
}

function requireWindow({ old, new: fresh, unattributed = 0 }: CounterWindow): void {
  requireCount('a window of the old version', old);
  requireCount('a window of the new version', fresh);
  requireCount('a window without a version', { hits: unattributed, of: unattributed });
}

/** Bets that new is worse by twice the margin, or by as much as it was. */
function harmIn(window: CounterWindow, past: CounterWindow, margin: number): number {
  const other = guessedRate(past.old);
  const wished = Math.max(guessedRate(past.new), other + 2 * margin);
  const one = wished < 1 ? wished : (1 + other + margin) / 2;
  return one < 1 ? windowEvidence({ one: window.new, other: window.old }, { one, other }, margin) : 0;
}

/** Bets that both are alike. Every failure without a version is taken for new's. */
function safetyIn(window: CounterWindow, past: CounterWindow, margin: number): number {
  const other = withUnattributed(window);
  const rate = guessedRate(past.old, withUnattributed(past));
  return windowEvidence({ one: window.old, other }, { one: rate, other: rate }, -margin);
}

function withUnattributed({ new: { hits, of }, unattributed = 0 }: CounterWindow): Count {
  return { hits: hits + unattributed, of: of + unattributed };
}

function add(sum: Count, { hits, of }: Count): void {
  sum.hits += hits;
  sum.of += of;
}
