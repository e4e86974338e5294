import { chiSquaredAtLeast, chiSquaredAtMost } from './chi-squared.ts';
import { stretchesOf } from './stretches.ts';

/**
 * How the connections of a data plane follow each other. random: each is drawn on its own · turns: versions take turns
 * (round robin), so that counts vary less than by chance · clustered: equal ones follow each other (sticky, or
 * drifting), so that counts vary more · unknown: too few to tell.
 */
type Law = 'random' | 'turns' | 'clustered' | 'unknown';

export interface Order {
  law: Law;
  /**
   * Variance of the counts of batches, divided by what independent draws would have: 1 where random, near 0 where
   * versions take turns. Null: too few.
   */
  dispersion: number | null;
  /**
   * Correlation of neighbours: 0 where random, negative where versions take turns, towards 1 where equal ones cluster.
   * Null: too few.
   */
  correlation: number | null;
}

/** A random data plane is taken for another one with at most this chance on either side: half for each of the two tests. */
const misjudged = 0.001;

/** Fewer of a version show no law, and fewer batches no dispersion. */
const fewest = 5;
const fewestBatches = 8;

/**
 * The law of a sequence of versions, each given as a small integer. Two tests: the dispersion of batches, D = Σ (x −
 * m·p̂)² / (m·p̂) against χ², and the number of stretches of each version against its exact distribution.
 */
export function orderOf(sequence: ArrayLike<number>, kinds: number): Order {
  const n = sequence.length;
  const totals = countsOf(sequence, 0, n, kinds);
  const seen = totals.filter((total) => total > 0);
  const stretches = stretchesOf(sequence, totals);
  const told = seen.length > 1 && Math.min(...seen) >= fewest;
  const batches = told
    ? batchDispersion(sequence, totals, Math.max(5, Math.ceil((5 * n) / Math.min(...seen))))
    : undefined;
  const clustered = Math.min(stretches.few, batches?.high ?? 1) < misjudged / 2;
  const turns = Math.min(stretches.many, batches?.low ?? 1) < misjudged / 2;
  return {
    law: clustered ? 'clustered' : turns ? 'turns' : told ? 'random' : 'unknown',
    dispersion: batches?.ratio ?? null,
    correlation: told ? neighbourCorrelation(stretches.all, totals) : null,
  };
}

/**
 * Whether a sequence is as clustered as independent draws are with a chance of `level` at most, or so short that even all of a version in one stretch
 * would be no sign.
 */
export function mayBeClustered(sequence: ArrayLike<number>, kinds: number, level: number): boolean {
  const { few, fewIfOne } = stretchesOf(sequence, countsOf(sequence, 0, sequence.length, kinds));
  return few <= level || fewIfOne >= misjudged / 2;
}

function countsOf(sequence: ArrayLike<number>, from: number, to: number, kinds: number): number[] {
  const counts = Array.from({ length: kinds }, () => 0);
  for (let i = from; i < to; i++) counts[sequence[i]!]!++;
  return counts;
}

interface Dispersion {
  /** D by its degrees of freedom. */
  ratio: number;
  /** P(as small as this) and P(as large as this) where the draws are independent. */
  low: number;
  high: number;
}

/**
 * Of batches that hold five of the rarest version on average, as χ² wants; undefined where there are too few such
 * batches.
 */
function batchDispersion(sequence: ArrayLike<number>, totals: number[], size: number): Dispersion | undefined {
  const batches = Math.floor(sequence.length / size);
  if (batches < fewestBatches) return undefined;
  const whole = countsOf(sequence, 0, batches * size, totals.length);
  const present = whole.flatMap((total, kind) => (total > 0 ? [kind] : []));
  let statistic = 0;
  for (let batch = 0; batch < batches; batch++) {
    const counts = countsOf(sequence, batch * size, (batch + 1) * size, totals.length);
    for (const kind of present) {
      const mean = whole[kind]! / batches;
      statistic += (counts[kind]! - mean) ** 2 / mean;
    }
  }
  const freedom = Math.max(1, (batches - 1) * (present.length - 1));
  return {
    ratio: statistic / freedom,
    low: chiSquaredAtMost(statistic, freedom),
    high: chiSquaredAtLeast(statistic, freedom),
  };
}

/** How often neighbours are equal, beside how often they would be by chance. @param stretches the number of stretches of equal ones */
function neighbourCorrelation(stretches: number, totals: readonly number[]): number {
  const n = totals.reduce((sum, total) => sum + total, 0);
  const squares = totals.reduce((sum, total) => sum + total * total, 0);
  return 1 - (stretches - 1) / (n - squares / n);
}
