import { logSum } from '../statistics/log-sum.ts';
import type { Count } from '../statistics/fisher.ts';
import type { Interval } from '../statistics/intervals.ts';
import { ShiftError } from '../../errors.ts';
import type { ComparedVersion } from './block.ts';
import { asLatency, slowFrom, usualLimits, type LatencyLimit } from './latency-limit.ts';
import { differenceOf, evidenceOf, startPairs } from './pairs.ts';
import { firstProof, type Evidence, type Verdict } from './proof.ts';
import { requireAlpha, usualAlpha } from './question.ts';

/** A connection, and how long its reply took to begin. */
export interface ComparedConnection {
  /** Null where it failed and nothing tells on which version. */
  version: ComparedVersion | null;
  /** From its start to the first byte of the reply, in milliseconds; null where it failed, which is slower than everything. */
  latencyMs: number | null;
}

export interface LatencyQuestion {
  /**
   * Latencies of the old version from before, in milliseconds, null for a failure: they set what is slow, and are not
   * compared. 200 are enough.
   */
  warmUp: readonly (number | null)[];
  /** 1.5 times at the quantiles .5 and .95, and 2 times at .99. */
  limits?: readonly LatencyLimit[] | undefined;
  /** .05. */
  alpha?: number | undefined;
}

/** What is proved about connections that are slower than one limit. */
export interface SlowComparison extends LatencyLimit {
  /** The factor times the quantile of the warm-up, in milliseconds: new is slow above it, old above it by the factor. */
  slowMs: number;
  /** pass: slow connections are proven to be no more frequent with new · fail: they are proven to be. */
  verdict: Verdict;
  /** Slow connections of each. */
  old: Count;
  new: Count;
  /** Holds new's share of slow connections less old's with confidence 1 − α, at all times at once. */
  difference: Interval;
  evidence: Evidence;
}

/** What the latencies of both versions prove. */
export interface LatencyComparison {
  /** pass: at every limit · fail: slower somewhere, by all limits together. */
  verdict: Verdict;
  alpha: number;
  limits: SlowComparison[];
  unattributed: number;
  blocks: number;
  /** ln of the evidence against "new is slower than the factor allows at no limit". */
  harm: number;
}

/** A comparison that goes on. */
export interface LatencyGate {
  /** Takes the next connection, in the order of their start, and gives the verdict so far. */
  observe(connection: ComparedConnection): Verdict;
  /** ln of what each bet against "nowhere slower" has grown by, limit by limit. */
  readonly harmLogs: readonly Float64Array[];
  comparison(): LatencyComparison;
}

/** @throws ShiftError usage: a question or a warm-up that nothing can be proved with */
export function latencyGate({ warmUp, limits = usualLimits, alpha = usualAlpha }: LatencyQuestion): LatencyGate {
  requireAlpha(alpha);
  if (limits.length === 0) throw new ShiftError('usage', 'there is no limit to hold the latency to');
  const slowMs = limits.map((limit) => slowFrom(limit, warmUp));
  const pairs = startPairs(limits.length, 0);
  const proofs = limits.map(() => firstProof(alpha));
  const proof = firstProof(alpha);
  const harm = () => logSum(pairs.bets.map((bets) => bets.harm.evidence())) - Math.log(limits.length);
  const allPass = () => proofs.every(({ verdict }) => verdict === 'pass');
  return {
    harmLogs: pairs.bets.map((bets) => bets.harm.logs),
    observe: ({ version, latencyMs }) => {
      const latency = version === null ? Infinity : asLatency(latencyMs);
      const isSlow = ({ factor }: LatencyLimit, i: number) => (version === 'old' ? factor : 1) * latency > slowMs[i]!;
      if (!pairs.add(version, limits.map(isSlow))) return proof.verdict;
      pairs.bets.forEach((bets, i) => proofs[i]!.look(evidenceOf(bets)));
      proof.look({ harm: harm(), safety: allPass() ? Infinity : 0 });
      return proof.verdict;
    },
    comparison: () => ({
      verdict: proof.verdict,
      alpha,
      limits: pairs.bets.map((bets, i) => ({
        ...limits[i]!,
        slowMs: slowMs[i]!,
        verdict: proofs[i]!.verdict,
        old: { ...bets.bad.old },
        new: { ...bets.bad.new },
        difference: differenceOf(bets, alpha),
        evidence: evidenceOf(bets),
      })),
      unattributed: pairs.unattributed,
      blocks: pairs.blocks,
      harm: harm(),
    }),
  };
}

/**
 * Whether new is slower than a factor allows, both watched at the same time. At each limit, connections are slow or not, and
 * are compared in the same blocks as `compareFailures` takes, with no margin. A version that is slow oftener at any limit
 * gets PASS with probability ≤ α; one that is so at none gets FAIL with probability ≤ α, however often one looks, and
 * whatever disturbs both. The verdict is the first that was proven.
 * @param connections in the order of their start, none left out
 * @throws ShiftError usage: a question, a warm-up or a latency that nothing can be proved with
 */
export function compareLatency(
  connections: Iterable<ComparedConnection>,
  question: LatencyQuestion,
): LatencyComparison {
  const gate = latencyGate(question);
  for (const connection of connections) gate.observe(connection);
  return gate.comparison();
}
