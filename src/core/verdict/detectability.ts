import { binomialAtLeast, binomialAtMost } from '../statistics/binomial.ts';
import { acceptRange } from '../statistics/equivalence.ts';
import type { Asked } from './spec.ts';

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

export function tellingOf(samples: number, { share, tolerance }: Asked, alpha: number): Telling {
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
