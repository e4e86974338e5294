import { acceptRange, type CountRange, type Equivalence } from './equivalence.ts';

/** The counts of the first n samples at which a sequential test passes. */
export type PassRegion = (n: number) => CountRange;

/** How many standard deviations an accepted count keeps from each edge of the tolerance. */
export interface Margins {
  low: number;
  high: number;
}

const nothing: CountRange = { low: 1, high: 0 };

/** The shaped boundary's free numbers. */
export interface BoundaryShape {
  margins: Margins;
  /** The last sample at which it passes. */
  horizon: number;
  /** ½ keeps the margins constant; a larger one is stricter late and more generous early. */
  exponent: number;
}

/**
 * The shaped boundary: at every n up to the horizon N the count keeps margin · (n/N)^(exponent − ½) standard deviations
 * from each edge of the tolerance (S. K. Wang and A. A. Tsiatis, 1987, for equivalence; each edge has its own variance
 * and margin). Backward induction, which finds the best of all boundaries, gains one per cent more.
 */
export function shapedRegion(
  { share, tolerance }: Equivalence,
  { margins, horizon, exponent }: BoundaryShape,
): PassRegion {
  const below = share - tolerance;
  const above = share + tolerance;
  const lowMargin = margins.low * Math.sqrt(below * (1 - below));
  const highMargin = margins.high * Math.sqrt(above * (1 - above));
  return (n) => {
    if (n > horizon) return nothing;
    const scale = Math.sqrt(n) * (exponent === 0.5 ? 1 : (n / horizon) ** (exponent - 0.5));
    return {
      low: below > 0 ? Math.ceil(n * below + lowMargin * scale) : 1,
      high: above < 1 ? Math.floor(n * above - highMargin * scale) : n - 1,
    };
  };
}

/**
 * Two one-sided e-processes, the likelihood ratios of the asked share against each edge: passes where both reach 1 /
 * level at the same look. Under a share at or beyond an edge that edge's ratio is a non-negative supermartingale with
 * mean ≤ 1, so by Ville's inequality (1939) it ever gets there with probability ≤ level: valid at every look, without a
 * horizon.
 */
export function likelihoodRegion({ share, tolerance }: Equivalence, level: number): PassRegion {
  const low = countLine(share, share - tolerance, level);
  const high = countLine(share, share + tolerance, level);
  return (n) => ({
    low: low === undefined ? 1 : Math.ceil(low(n)),
    high: high === undefined ? n - 1 : Math.floor(high(n)),
  });
}

/**
 * The count at which the likelihood ratio of `share` against `edge` is 1 / level, linear in n; undefined where the edge
 * is no share.
 */
export function countLine(share: number, edge: number, level: number): ((n: number) => number) | undefined {
  if (edge <= 0 || edge >= 1) return undefined;
  const hit = Math.log(share / edge);
  const miss = Math.log((1 - share) / (1 - edge));
  const start = -Math.log(level) / (hit - miss);
  const slope = -miss / (hit - miss);
  return (n) => start + slope * n;
}

/** The fixed test as a region: one look, at the horizon. */
export function onceRegion(question: Equivalence, level: number, horizon: number): PassRegion {
  const accept = acceptRange(horizon, question, level);
  return (n) => (n === horizon ? accept : nothing);
}

/** One region up to a sample, another one after it. */
export function regionThen(first: PassRegion, until: number, second: PassRegion): PassRegion {
  return (n) => (n <= until ? first(n) : second(n));
}

/** The same region for the misses instead of the hits. */
export function mirrorRegion(region: PassRegion): PassRegion {
  return (n) => {
    const { low, high } = region(n);
    return { low: n - high, high: n - low };
  };
}

/** The sequential PASS of one version. */
export interface Design {
  region: PassRegion;
  /** The last sample at which it can pass. */
  horizon: number;
}

/** What a sequential PASS is to reach. */
export interface Aim {
  /** The most that P(PASS) may be where the share lies at an edge of the tolerance or beyond. */
  level: number;
  /** The least that P(PASS) should be where it is the asked one. */
  power: number;
  /** The most samples to take; where absent, as many as the power wants. */
  budget?: number | undefined;
}
