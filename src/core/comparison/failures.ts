import { zerosToReach } from '../statistics/betting.ts';
import type { Count } from '../statistics/fisher.ts';
import type { Interval } from '../statistics/intervals.ts';
import type { ComparedVersion } from './block.ts';
import { differenceOf, evidenceOf, startPairs, type PairedBets } from './pairs.ts';
import { firstProof, type Evidence, type Verdict } from './proof.ts';
import { requireAlpha, requireWithin, usualAlpha } from './question.ts';

/** A connection, and whether it failed. */
export interface ComparedOutcome {
  /** Null where it failed and nothing tells on which version. */
  version: ComparedVersion | null;
  failed: boolean;
}

export interface FailureQuestion {
  /** How much oftener new may fail than old, in [0, 1); .01. */
  margin?: number | undefined;
  /** .05. */
  alpha?: number | undefined;
}

/** What the failures of both versions prove. */
export interface FailureComparison {
  verdict: Verdict;
  margin: number;
  alpha: number;
  /** Failed connections of each. */
  old: Count;
  new: Count;
  /** Failures that nothing attributes to a version. */
  unattributed: number;
  /** Blocks of connections of both versions that have been compared. */
  blocks: number;
  /** Holds new's failure rate less old's with confidence 1 − α, at all times at once. */
  difference: Interval;
  evidence: Evidence;
  /** How many blocks more without a failure would be a PASS; null where there is a verdict, or where a million would not do. */
  blocksToPass: number | null;
}

/** A comparison that goes on. */
export interface FailureGate {
  /** Takes the next connection, in the order of their start, and gives the verdict so far. */
  observe(outcome: ComparedOutcome): Verdict;
  /** ln of what each bet against "new is not worse" has grown by, block by block. */
  readonly harmLogs: Float64Array;
  readonly blocks: number;
  comparison(): FailureComparison;
}

/** @throws ShiftError usage: a margin or an alpha that nothing can be proved with */
export function failureGate({ margin = 0.01, alpha = usualAlpha }: FailureQuestion): FailureGate {
  requireWithin('the margin', margin, [0, 0.99]);
  requireAlpha(alpha);
  const pairs = startPairs(1, margin);
  const [bets] = pairs.bets as [PairedBets];
  const proof = firstProof(alpha);
  return {
    harmLogs: bets.harm.logs,
    get blocks() {
      return pairs.blocks;
    },
    observe: ({ version, failed }) => {
      if (pairs.add(version, [failed || version === null])) proof.look(evidenceOf(bets));
      return proof.verdict;
    },
    comparison: () => ({
      verdict: proof.verdict,
      margin,
      alpha,
      old: { ...bets.bad.old },
      new: { ...bets.bad.new },
      unattributed: pairs.unattributed,
      blocks: pairs.blocks,
      difference: differenceOf(bets, alpha),
      evidence: evidenceOf(bets),
      blocksToPass: proof.verdict === 'inconclusive' ? zerosToReach(bets.safety, -margin, alpha) : null,
    }),
  };
}

/**
 * Whether new fails oftener than old by more than a margin, both watched at the same time. Connections are taken in blocks
 * of at least one of each, so that what disturbs both cancels, and bets on the difference of their failure rates go on from
 * block to block: a version that is worse by the margin or more gets PASS with probability ≤ α, one within it gets FAIL with
 * probability ≤ α, however often one looks, whatever the rates are and however they move together. The verdict is the first
 * that was proven.
 * @param connections in the order of their start, none left out
 * @throws ShiftError usage: a margin or an alpha that nothing can be proved with
 */
export function compareFailures(
  connections: Iterable<ComparedOutcome>,
  question: FailureQuestion = {},
): FailureComparison {
  const gate = failureGate(question);
  for (const connection of connections) gate.observe(connection);
  return gate.comparison();
}
