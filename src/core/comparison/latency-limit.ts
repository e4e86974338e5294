import { ShiftError } from '../../errors.ts';
import { requireWithin } from './question.ts';

/** How many times as slow new may be where old has a quantile. */
export interface LatencyLimit {
  /** In (0, 1). */
  quantile: number;
  /** 1 or more. */
  factor: number;
}

export const usualLimits: readonly LatencyLimit[] = [
  { quantile: 0.5, factor: 1.5 },
  { quantile: 0.95, factor: 1.5 },
  { quantile: 0.99, factor: 2 },
];

/** The factor times the quantile of a warm-up, in milliseconds. @throws ShiftError usage: there is no such limit, or the warm-up has no such quantile */
export function slowFrom({ quantile, factor }: LatencyLimit, warmUp: readonly (number | null)[]): number {
  requireWithin('the quantile of a limit', quantile, [0.001, 0.9999]);
  requireWithin('the factor of a limit', factor, [1, 1000]);
  const sorted = warmUp.map(asLatency).sort((a, b) => a - b);
  const found = sorted[Math.ceil(quantile * sorted.length) - 1];
  if (found === undefined) throw new ShiftError('usage', 'the warm-up has no connection to tell what is slow');
  if (found < Infinity) return factor * found;
  const failed = sorted.filter((latency) => latency === Infinity).length;
  throw new ShiftError(
    'usage',
    `${failed} of ${sorted.length} connections of the warm-up failed, so that it has no ${quantile} quantile`,
  );
}

/** In milliseconds, null for a failure, which is slower than everything. @throws ShiftError usage: negative, or no number */
export function asLatency(latencyMs: number | null): number {
  if (latencyMs === null) return Infinity;
  requireWithin('a latency', latencyMs, [0, Infinity]);
  return latencyMs;
}
