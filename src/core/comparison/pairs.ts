import { leastMean, startBets, type Bets } from '../statistics/betting.ts';
import type { Count } from '../statistics/fisher.ts';
import type { Interval } from '../statistics/intervals.ts';
import { startBlock, type ComparedVersion } from './block.ts';
import type { Evidence } from './proof.ts';

/** What is bet on one way for a connection to be bad: ln of both e-processes is their `evidence()`. */
export interface PairedBets {
  /** Against "new is bad oftener than old by the margin at most", on new − old. */
  harm: Bets;
  /** Against "new is bad oftener by the margin or more", on old − new. */
  safety: Bets;
  /** Bad connections of each. */
  bad: Record<ComparedVersion, Count>;
}

/** Both versions' connections side by side. */
export interface Pairs {
  /** In the order of the ways to be bad. */
  readonly bets: readonly PairedBets[];
  /** Blocks of connections of both versions that have been bet on. */
  readonly blocks: number;
  /** Connections that failed and cannot be attributed to a version. */
  readonly unattributed: number;
  /**
   * Takes the next connection in the order of their start, and how it was bad: true or false for each way. Null is a
   * failure of an unknown version: for PASS it counts as new's, for FAIL as nobody's. True where that ended a block,
   * without which nothing was bet.
   */
  add(version: ComparedVersion | null, bad: readonly boolean[]): boolean;
}

/** @param ways how many ways there are for a connection to be bad; each is bet on by itself */
export function startPairs(ways: number, margin: number): Pairs {
  const bets = Array.from({ length: ways }, () => startBoth(margin));
  const attributed = startBlock(ways);
  const worst = startBlock(ways);
  let [blocks, unattributed] = [0, 0];
  return {
    bets,
    get blocks() {
      return blocks;
    },
    get unattributed() {
      return unattributed;
    },
    add: (version, bad) => {
      if (version === null) unattributed++;
      else for (let i = 0; i < ways; i++) countIn(bets[i]!.bad[version], bad[i]!);
      const worse = version === null ? undefined : attributed(version, bad);
      const worseAtWorst = worst(version ?? 'new', bad);
      if (worse !== undefined) blocks++;
      worse?.forEach((difference, i) => bets[i]!.harm.add(difference));
      worseAtWorst?.forEach((difference, i) => bets[i]!.safety.add(-difference));
      return worse !== undefined || worseAtWorst !== undefined;
    },
  };
}

function startBoth(margin: number): PairedBets {
  const none = () => ({ hits: 0, of: 0 });
  return { harm: startBets(margin), safety: startBets(-margin), bad: { old: none(), new: none() } };
}

function countIn(count: Count, bad: boolean): void {
  count.of++;
  if (bad) count.hits++;
}

export function evidenceOf({ harm, safety }: PairedBets): Evidence {
  return { harm: harm.evidence(), safety: safety.evidence() };
}

/** The differences of new and old that neither side's bets reject, each at half of alpha. */
export function differenceOf({ harm, safety }: PairedBets, alpha: number): Interval {
  return { low: leastMean(harm.differences, alpha / 2), high: -leastMean(safety.differences, alpha / 2) };
}
