import { firstWhere } from './binomial.ts';
import { logMean } from './log-sum.ts';

/** What each part of the capital stakes in every block. */
const stakes = [0.999, 0.9, 0.7, 0.5, 0.3, 0.15, 0.07];

/** The parts of the capital; they sum to 1. */
export const parts: readonly number[] = [0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05];

/** How often each difference was seen. */
export type Differences = ReadonlyMap<number, number>;

/**
 * Bets against "the mean difference is at most a bound", for differences d in [−1, 1] that come one after another. The
 * capital is W = Σⱼ wⱼ Πᵢ [1 + sⱼ (dᵢ − bound) / (1 + bound)]: where each dᵢ has a conditional mean of at most the bound,
 * given those before, so has each factor one of at most 1, and W reaches 1/α with probability ≤ α, whenever one looks
 * (J. Ville, 1939; I. Waudby-Smith, A. Ramdas, 2024). Seven fixed stakes serve all truths, the best one for each being
 * unknown.
 */
export interface Bets {
  /** ln of what each part's capital has grown by. */
  readonly logs: Float64Array;
  readonly differences: Differences;
  /** Takes the next difference, or so many like it. */
  add(difference: number, times?: number): void;
  /** ln W. */
  evidence(): number;
}

/** @param bound in (−1, 1) */
export function startBets(bound: number): Bets {
  const logs = new Float64Array(stakes.length);
  const differences = new Map<number, number>();
  const known = new Map<number, readonly number[]>();
  const factors = (difference: number): readonly number[] => {
    const made = known.get(difference) ?? stakes.map((stake) => logFactor(stake, difference, bound));
    known.set(difference, made);
    return made;
  };
  return {
    logs,
    differences,
    add: (difference, times = 1) => {
      differences.set(difference, (differences.get(difference) ?? 0) + times);
      const gains = factors(difference);
      for (let j = 0; j < logs.length; j++) logs[j]! += times * gains[j]!;
    },
    evidence: () => logMean(logs, parts),
  };
}

function logFactor(stake: number, difference: number, bound: number): number {
  return Math.log1p((stake * (difference - bound)) / (1 + bound));
}

/** ln W against a bound, had these differences been bet on. */
function evidenceAgainst(bound: number, differences: Differences): number {
  const logs = stakes.map((stake) => {
    let log = 0;
    for (const [difference, times] of differences) log += times * logFactor(stake, difference, bound);
    return log;
  });
  return logMean(logs, parts);
}

/**
 * The least mean difference that bets at this level do not reject, in [−1, 1], to twelve decimals. With probability ≥ 1
 * − level it is, at all times at once, at most the mean. Every factor falls in the bound, so that one bisection finds
 * it.
 */
export function leastMean(differences: Differences, level: number): number {
  const wanted = -Math.log(level);
  let rejected = -1;
  let kept = 1;
  while (kept - rejected > 1e-12) {
    const middle = (rejected + kept) / 2;
    if (evidenceAgainst(middle, differences) < wanted) kept = middle;
    else rejected = middle;
  }
  return rejected === -1 ? -1 : kept;
}

/** More blocks than this are not waited for: a day at a dozen a second. */
const mostBlocks = 1_000_000;

/** How many differences of 0 it would take for bets on top of these to reach 1 / alpha; null where a million would not do. */
export function zerosToReach({ logs }: Bets, bound: number, alpha: number): number | null {
  const gains = stakes.map((stake) => logFactor(stake, 0, bound));
  const wanted = -Math.log(alpha);
  const reaches = (zeros: number) =>
    logMean(
      gains.map((gain, j) => logs[j]! + zeros * gain),
      parts,
    ) >= wanted;
  const needed = firstWhere(mostBlocks + 1, reaches);
  return needed > mostBlocks ? null : needed;
}
