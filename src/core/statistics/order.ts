import { chiSquaredAtLeast, chiSquaredAtMost, normalQuantile } from './chi-squared.ts';

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

/**
 * A random data plane is taken for another one with about this chance on either side, at most twice that: half for each
 * of the two tests.
 */
const misjudged = 0.001;
const unlikely = -normalQuantile(misjudged / 2);

/** Fewer of a version, or fewer batches, tell nothing. */
const fewest = 5;
const fewestBatches = 8;

/**
 * The law of a sequence of versions, each given as a small integer. Two tests: the dispersion of batches, D = Σ (x −
 * m·p̂)² / (m·p̂) against χ², and the number of equal neighbours against its permutation distribution (A. M. Mood,
 * 1940).
 */
export function orderOf(sequence: ArrayLike<number>, kinds: number): Order {
  const n = sequence.length;
  const totals = countsOf(sequence, 0, n, kinds);
  const seen = totals.filter((total) => total > 0);
  if (seen.length < 2 || Math.min(...seen) < fewest) return { law: 'unknown', dispersion: null, correlation: null };
  const { correlation, z } = neighbours(sequence, totals);
  const batches = batchDispersion(sequence, totals, Math.max(5, Math.ceil((5 * n) / Math.min(...seen))));
  const clustered = z > unlikely || (batches?.high ?? 1) < misjudged / 2;
  const turns = z < -unlikely || (batches?.low ?? 1) < misjudged / 2;
  return { law: clustered ? 'clustered' : turns ? 'turns' : 'random', dispersion: batches?.ratio ?? null, correlation };
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

function neighbours(sequence: ArrayLike<number>, totals: number[]): { correlation: number; z: number } {
  const n = sequence.length;
  let runs = 1;
  for (let i = 1; i < n; i++) if (sequence[i] !== sequence[i - 1]) runs++;
  const squares = totals.reduce((sum, c) => sum + c * c, 0);
  const cubes = totals.reduce((sum, c) => sum + c ** 3, 0);
  const mean = 1 + (n * n - squares) / n;
  const variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n ** 3) / (n * n * (n - 1));
  return { correlation: 1 - (runs - 1) / (mean - 1), z: (mean - runs) / Math.sqrt(variance) };
}
