import { binomialAtLeast, binomialAtMost } from '../statistics/binomial.ts';
import { acceptRange } from '../statistics/equivalence.ts';
import { shares, type Split } from '../weights/split.ts';
import { falseAlarm } from './propagation.ts';
import type { AskedVersion } from './spec.ts';

/** What so many samples can tell at all, as the look at a few lines of output has it. */
export interface Telling {
  samples: number;
  /** P(the version is not seen once) where its share is the asked one. */
  unseen: number;
  /**
   * The smallest tolerance at which any count at all would be a proof, to a tenth of a point; null where none below 1
   * is.
   */
  tolerance: number | null;
  /** A share that is wrong by the tolerance of the spec: upwards where there is such a share. */
  wrong: number;
  /** P(such a share shows no more than the asked one; no less, where it is below). */
  missed: number;
}

export function tellingOf(samples: number, { share, tolerance }: AskedVersion, alpha: number): Telling {
  const provable = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000).find((width) => {
    const { low, high } = acceptRange(samples, { share, tolerance: width }, alpha);
    return low <= high;
  });
  const isHigh = share + tolerance < 1;
  const wrong = isHigh ? share + tolerance : Math.max(0, share - tolerance);
  return {
    samples,
    unseen: (1 - share) ** samples,
    tolerance: provable ?? null,
    wrong,
    missed: isHigh
      ? binomialAtMost(Math.floor(samples * share), samples, wrong)
      : binomialAtLeast(Math.ceil(samples * share), samples, wrong),
  };
}

/**
 * About how many connections it takes to see that a new split is in force rather than the old one: the n whose evidence, n times the
 * Kullback–Leibler divergence of the new split from the old, is what `watchPropagation` wants of it, ln(n(n+1)/ε). Few where a version appears, many where
 * shares move by little.
 */
export function connectionsToTell(before: Split, after: Split): number {
  const old = shares(before);
  const present = [...shares(after)].filter(([, share]) => share > 0);
  const appeared = present.filter(([version]) => (old.get(version) ?? 0) === 0).map(([, share]) => share);
  if (appeared.length > 0) return Math.ceil(1 / Math.max(...appeared));
  const divergence = present.reduce((sum, [version, share]) => sum + share * Math.log(share / old.get(version)!), 0);
  const wanted = (n: number): number => Math.log((n * (n + 1)) / falseAlarm) / divergence;
  // The logarithm grows so slowly that a few steps find where n and what it takes meet.
  let n = 1 / divergence;
  for (let step = 0; step < 20; step++) n = wanted(Math.max(1, n));
  return Math.ceil(n);
}
