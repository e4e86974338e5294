import { quantileRanks } from '../statistics/quantile-evidence.ts';
import { ratioEvidence } from '../statistics/quantile-ratio.ts';
import type { Interval } from '../statistics/intervals.ts';
import { asLatency } from './latency-limit.ts';
import { firstProof, type Evidence, type Verdict } from './proof.ts';
import { requireAlpha, requireWithin, usualAlpha } from './question.ts';

export interface QuantileQuestion {
  /** In (0, 1). */
  quantile: number;
  /** How many times as slow new may be, more than 0. */
  factor: number;
  /** .05. */
  alpha?: number | undefined;
}

/** A quantile of a version's latencies. */
export interface ObservedQuantile {
  connections: number;
  /** In milliseconds; Infinity where so many failed, NaN where there are no connections. */
  observed: number;
  /** Holds the true one with confidence 1 − α, at all times at once; to Infinity where there are too few to tell. */
  interval: Interval;
}

/** What the same quantile of both versions proves. */
export interface QuantileComparison {
  /** pass: proven to be less than the factor times as slow · fail: proven to be more. */
  verdict: Verdict;
  quantile: number;
  factor: number;
  alpha: number;
  old: ObservedQuantile;
  new: ObservedQuantile;
  evidence: Evidence;
}

/**
 * Whether a quantile of new's latencies is more than a factor times old's, exactly: no threshold has to be chosen before. For
 * reports and replays, because each version's latencies have to follow one law all the while; where something disturbs both
 * at times, `compareLatency` holds and this does not. One may look again as connections come in, and errs with probability ≤
 * α in all, either way.
 * @param latencies of each version, in milliseconds; null where a connection failed
 * @throws ShiftError usage: a question or a latency that nothing can be proved with
 */
export function compareQuantiles(
  latencies: { old: readonly (number | null)[]; new: readonly (number | null)[] },
  { quantile, factor, alpha = usualAlpha }: QuantileQuestion,
): QuantileComparison {
  requireWithin('the quantile', quantile, [0.001, 0.9999]);
  requireWithin('the factor', factor, [0.001, 1000]);
  requireAlpha(alpha);
  const [old, fresh] = [latencies.old.map(asLatency), latencies.new.map(asLatency)];
  const evidence = ratioEvidence({ old, new: fresh }, { quantile, factor });
  const proof = firstProof(alpha);
  proof.look(evidence);
  return {
    verdict: proof.verdict,
    quantile,
    factor,
    alpha,
    old: observedQuantile(old, quantile, alpha),
    new: observedQuantile(fresh, quantile, alpha),
    evidence,
  };
}

function observedQuantile(latencies: number[], quantile: number, alpha: number): ObservedQuantile {
  const sorted = latencies.toSorted((a, b) => a - b);
  const { low, high } = quantileRanks(sorted.length, quantile, alpha);
  return {
    connections: sorted.length,
    observed: sorted[Math.ceil(quantile * sorted.length) - 1] ?? NaN,
    interval: { low: sorted[low - 1] ?? 0, high: sorted[high - 1] ?? Infinity },
  };
}
