import { normalQuantile } from './chi-squared.ts';
import type { Equivalence } from './equivalence.ts';
import { walk } from './lattice.ts';
import { shapedRegion, type Margins, type BoundaryShape } from './pass-region.ts';

/** Margins near those that most problems end with. */
export function firstMargins(level: number): Margins {
  const margin = 0.65 - normalQuantile(level);
  return { low: margin, high: margin };
}

/**
 * The smallest margins at which P(PASS) at each edge of the tolerance is at most the level, by the exact computation.
 */
export function fitMargins(question: Equivalence, level: number, start: BoundaryShape): BoundaryShape {
  const below = question.share - question.tolerance;
  const above = question.share + question.tolerance;
  const errorAt = (edge: number, margins: Margins) => {
    const shape = { ...start, margins };
    return walk(edge, { pass: shapedRegion(question, shape) }, start.horizon).pass;
  };
  let { low, high } = start.margins;
  if (question.share === 0.5) {
    low = fitMargin((margin) => (below > 0 ? errorAt(below, { low: margin, high: margin }) : 0), level, low);
    return { ...start, margins: { low, high: low } };
  }
  // Each margin moves the other's error a little: the second round settles that.
  for (let round = 0; round < 2; round++) {
    if (above < 1) high = fitMargin((margin) => errorAt(above, { low, high: margin }), level, high);
    if (round === 0) low = high;
    if (below > 0) low = fitMargin((margin) => errorAt(below, { low: margin, high }), level, low);
  }
  if (above < 1) while (errorAt(above, { low, high }) > level) high += 0.002;
  return { ...start, margins: { low, high } };
}

/**
 * The smallest margin, to within two per cent of the level, whose error is at most the level. Newton's method: the
 * error falls like a normal tail.
 */
function fitMargin(errorOf: (margin: number) => number, level: number, start: number): number {
  let safe = Infinity;
  let unsafe = 0;
  let margin = start;
  for (let round = 0; round < 14 && safe - unsafe > 1e-4; round++) {
    const error = errorOf(margin);
    if (error <= level) safe = Math.min(safe, margin);
    else unsafe = Math.max(unsafe, margin);
    if (error <= level && error > 0.98 * level) break;
    const step = Math.log(Math.max(error, level * 1e-3) / (0.992 * level)) / Math.max(1, margin);
    margin += Math.max(-0.5, Math.min(0.5, step));
    if (margin <= unsafe || margin >= safe) margin = safe === Infinity ? unsafe + 0.2 : (safe + unsafe) / 2;
  }
  // Beyond ten standard deviations nothing passes by chance.
  return safe === Infinity ? 10 : safe;
}
