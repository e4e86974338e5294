import type { Equivalence } from './equivalence.ts';
import { walk } from './lattice.ts';

/**
 * How far the count of one version may stray from its share, over any stretch of connections, where gateways take
 * turns: less than 1 with two versions, and up to 2 with more, for the smooth and the interleaved pickers alike.
 */
export function turnDeviation(versions: number): number {
  return versions === 2 ? 1 : 2;
}

/** The counts after n samples that stay in turn. */
export function inTurn(count: number, n: number, share: number, deviation: number): boolean {
  return Math.abs(count - n * share) <= deviation + 1e-9;
}

/**
 * Pickers that are neither quite random nor all our own can stay in the band for longer than either: turns that also serve others, or of which some are
 * drawn. Twice the stretch that the two pure kinds need leaves less than half a per cent of these.
 */
const stretched = 2;

/**
 * The number of samples that prove a share by their order alone: the count stayed within the deviation after every
 * single one of them. A picker that takes turns at a share at or beyond an edge leaves that band by half of it, because the
 * edges are two deviations apart from it; and one that draws at random at such a share stays in it with probability ≤
 * level, by the exact computation at the edges. (The further a share lies beyond its edge, the less likely is each path
 * inside the band.) Infinity where no reasonable number does.
 */
export function turnSamples({ share, tolerance }: Equivalence, deviation: number, level: number): number {
  // Past these the band around an edge has left the one around the share, and asks for a hit and for a miss.
  const least = Math.ceil(
    Math.max((2 * deviation) / tolerance, (deviation + 1) / share, (deviation + 1) / (1 - share)),
  );
  const edges = [share - tolerance, share + tolerance].filter((edge) => edge > 0 && edge < 1);
  return stretched * Math.max(least, ...edges.map((edge) => longestChance(edge, share, deviation, level)));
}

/** The first n at which a random picker at the edge has left the band with probability ≥ 1 − level. */
function longestChance(edge: number, share: number, deviation: number, level: number): number {
  // A random walk stays in a band of this width about (width / step)² samples; the logarithm is of how often it may do
  // better.
  const most = Math.ceil(100 - (3 * deviation * deviation * Math.log(level)) / (share * (1 - share)));
  const stops = {
    pass: () => ({ low: 1, high: 0 }),
    failLow: (n: number) => Math.ceil(n * share - deviation - 1e-9) - 1,
    failHigh: (n: number) => Math.floor(n * share + deviation + 1e-9) + 1,
  };
  const { stopped } = walk(edge, stops, most);
  const n = stopped.findIndex((soFar, n) => n > 0 && soFar >= 1 - level);
  return n < 0 ? Infinity : n;
}
