import { outcomes, type Outcome, type Sample } from './sample.ts';

/** How many probes went where. Each sample is counted once: under its version, or under the failure that it is. */
export interface Tally {
  readonly total: number;
  /** Versions that answered, in the order of their first answer. */
  readonly versions: ReadonlyMap<string, number>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** A tally that grows; `now` is always up to date and costs nothing to read. */
export interface Counter {
  readonly now: Tally;
  add(sample: Sample): void;
}

/** A counter that starts at zero. Versions named here are listed first, even while they have no answer. */
export function counter(versions: Iterable<string> = []): Counter {
  const counts = new Map<string, number>();
  for (const version of versions) counts.set(version, 0);
  const byOutcome = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const now = { total: 0, versions: counts, outcomes: byOutcome };
  return {
    now,
    add: ({ version, outcome }) => {
      now.total += 1;
      byOutcome[outcome] += 1;
      if (version !== null) counts.set(version, (counts.get(version) ?? 0) + 1);
    },
  };
}

/**
 * The share of each version among all connections, in [0, 1]; NaN-free, 0 where there is none.
 * Failures stay in the denominator: dropping them would hide a version that fails more than the others.
 */
export function observedShares({ total, versions }: Tally): Map<string, number> {
  return new Map([...versions].map(([version, count]) => [version, total === 0 ? 0 : count / total]));
}
