import type { Aim, Design } from './pass-region.ts';
import { normalQuantile } from './chi-squared.ts';
import { approximateSamples, type Equivalence } from './equivalence.ts';
import { walk } from './lattice.ts';
import { firstMargins, fitMargins } from './margins.ts';
import {
  likelihoodRegion,
  mirrorRegion,
  onceRegion,
  regionThen,
  shapedRegion,
  type BoundaryShape,
} from './pass-region.ts';
import { zeroDesign } from './zero-share.ts';

type Budgeted = Aim & { budget: number };

/** The exponents that are best for a power of 0.9, and for one of 0.99 and more. */
const lowExponent = 0.5;
const highExponent = 0.65;

/** The exponent whose boundary takes the fewest samples on average, found by trying them on many problems. */
function exponentFor(power: number): number {
  const nines = -Math.log10(1 - power);
  return lowExponent + (highExponent - lowExponent) * Math.max(0, Math.min(1, nines - 1));
}

/**
 * A shaped boundary gains nothing beyond this many fixed sample sizes; a tenth of the level buys the e-processes there.
 */
const longEnough = 3;
const tailPart = 0.1;

/**
 * A problem with more lattice cells than this is first solved on a smaller one of the same shape, and then only
 * corrected.
 */
const largeProblem = 60_000;

/** With more cells than this even a correction takes some 200 ms: the plain e-processes need none. */
const hugeProblem = 2_500_000;

/**
 * The sequential PASS that needs few samples under the asked share and passes with at most the level at both edges, by
 * exact computation or by Ville's inequality. Without a budget it takes as many samples as the power needs; a smaller
 * budget gets the most power that it can pay for, a larger one turns undecided ends into PASS at about a tenth more
 * samples. Takes some 5 ms where about 700 samples are needed, 40 ms at 10,000.
 */
export function designPass(question: Equivalence, aim: Aim): Design {
  if (question.share === 0) return zeroDesign(question.tolerance, aim);
  if (question.share <= 0.5) return designLower(question, aim);
  const { region, horizon } = designPass(mirrored(question), aim);
  return { region: mirrorRegion(region), horizon };
}

/** The same question about the misses; rounded, so that 1 − 0.8 is 0.2. */
export function mirrored({ share, tolerance }: Equivalence): Equivalence {
  return { share: Number((1 - share).toFixed(12)), tolerance };
}

/** About a tenth of the states of the lattice that one exact computation visits. */
function cellsOf({ share }: Equivalence, samples: number): number {
  return samples * Math.sqrt(samples * share * (1 - share));
}

/** True where the lattice is too large for a shaped boundary. */
export function isHuge(question: Equivalence, { level, power }: Aim): boolean {
  return cellsOf(question, approximateSamples(question, level, power)) > hugeProblem;
}

/** The plain e-processes; they have the usual powers within three fixed sample sizes. */
export function plainDesign(question: Equivalence, { level, power, budget = Infinity }: Aim): Design {
  const enough = Math.ceil(3 * approximateSamples(question, level, power));
  return { region: likelihoodRegion(question, level), horizon: Math.min(budget, enough) };
}

function designLower(question: Equivalence, aim: Aim): Design {
  const { level, power, budget = Infinity } = aim;
  const size = approximateSamples(question, level, power);
  if (isHuge(question, aim)) return plainDesign(question, aim);
  if (budget < size) return designShort(question, { ...aim, budget });
  const shape = searchHorizon(question, aim);
  if (budget < shape.horizon) return designShort(question, { ...aim, budget });
  if (aim.budget === undefined || budget === shape.horizon) {
    return { region: shapedRegion(question, shape), horizon: shape.horizon };
  }
  return designLong(question, { ...aim, budget }, longShape(question, size, { needed: shape.horizon, power, budget }));
}

/**
 * How far the shaped boundary goes in a larger budget, and how: no further than needed where that would take too long
 * to compute.
 */
function longShape(
  question: Equivalence,
  size: number,
  { needed, power, budget }: { needed: number; power: number; budget: number },
) {
  const longest = Math.ceil(longEnough * size);
  const exponent = exponentFor(power);
  if (cellsOf(question, Math.min(budget, longest)) > hugeProblem) return { longest: needed, exponent };
  const room = Math.min(1, budget / needed - 1);
  return { longest: Math.max(longest, needed), exponent: exponent + (highExponent - exponent) * room };
}

/** An undecided end is worth so many budgets: what a design saves has to make up for those it leaves open. */
const openEnd = 2;

/** A budget that is too small for the power: whatever makes the most of it. */
function designShort(question: Equivalence, { level, budget }: Budgeted): Design {
  const shapes = [lowExponent, highExponent].map((exponent) =>
    fitMargins(question, level, { horizon: budget, exponent, margins: firstMargins(level) }),
  );
  const regions = [
    ...shapes.map((shape) => shapedRegion(question, shape)),
    likelihoodRegion(question, level),
    onceRegion(question, level, budget),
  ];
  const costs = regions.map((region) => {
    const { mean, pass } = walk(question.share, { pass: region }, budget);
    return mean + openEnd * budget * (1 - pass);
  });
  return { region: regions[costs.indexOf(Math.min(...costs))]!, horizon: budget };
}

/**
 * A budget with room: the shaped boundary over all of it, or over as much as it gains from, with the e-processes behind
 * it.
 */
function designLong(
  question: Equivalence,
  aim: Budgeted,
  { longest, exponent }: { longest: number; exponent: number },
): Design {
  const { level, power, budget } = aim;
  if (budget <= longest)
    return { region: shapedRegion(question, fitAt(question, aim, budget, exponent)), horizon: budget };
  const tail = tailPart * level;
  const first = shapedRegion(question, fitAt(question, { level: level - tail, power }, longest, exponent));
  return { region: regionThen(first, longest, likelihoodRegion(question, tail)), horizon: budget };
}

/**
 * The margins at a horizon; those of a large problem start from a small one's, because finer lattices overshoot only a
 * little less.
 */
function fitAt(question: Equivalence, aim: Aim, horizon: number, exponent: number): BoundaryShape {
  const size = approximateSamples(question, aim.level, aim.power);
  if (cellsOf(question, size) <= largeProblem) {
    return fitMargins(question, aim.level, { horizon, exponent, margins: firstMargins(aim.level) });
  }
  const small = smallerProblem(question, size);
  const ratio = approximateSamples(small, aim.level, aim.power) / size;
  const { margins } = fitAt(small, aim, Math.ceil(horizon * ratio), exponent);
  const widened = { low: margins.low + 0.035, high: margins.high + 0.035 };
  return fitMargins(question, aim.level, { horizon, exponent, margins: widened });
}

/** Shares below half of this are rare: their counts are about Poisson's, so that only n · share and tolerance / share shape the problem. */
const commonShare = 0.1;

/**
 * A problem of the same shape on a smaller lattice: a rare share made commoner, with its tolerance, and otherwise a
 * tolerance that about 800 samples can prove, unless it would reach over the end of the scale.
 */
function smallerProblem({ share, tolerance }: Equivalence, size: number): Equivalence {
  if (share < commonShare / 2) {
    const factor = Math.min(commonShare / share, cellsOf({ share, tolerance }, size) / largeProblem);
    return { share: share * factor, tolerance: tolerance * factor };
  }
  const wanted = tolerance * Math.sqrt(size / 800);
  return { share, tolerance: tolerance < share ? Math.min(wanted, Math.max(1.2 * tolerance, 0.6 * share)) : wanted };
}

/** The shaped boundary with the smallest horizon, to about half a per cent, that has the power. */
function searchHorizon(question: Equivalence, aim: Aim): BoundaryShape {
  const size = approximateSamples(question, aim.level, aim.power);
  if (cellsOf(question, size) > largeProblem) {
    const small = smallerProblem(question, size);
    const ratio = size / approximateSamples(small, aim.level, aim.power);
    return fitAt(question, aim, Math.ceil(1.01 * ratio * searchHorizon(small, aim).horizon), exponentFor(aim.power));
  }
  let shape = {
    horizon: Math.max(2, Math.ceil(1.2 * size)),
    exponent: exponentFor(aim.power),
    margins: firstMargins(aim.level),
  };
  let found: BoundaryShape | undefined;
  for (let round = 0; round < 14; round++) {
    shape = fitMargins(question, aim.level, shape);
    const { pass } = walk(question.share, { pass: shapedRegion(question, shape) }, shape.horizon);
    if (pass >= aim.power) found = shape;
    if (pass >= aim.power && 1 - pass > 0.96 * (1 - aim.power)) break;
    const next = Math.ceil(shape.horizon * stretch(pass, aim));
    shape = { ...shape, horizon: next === shape.horizon ? next + 1 : next };
    if (found !== undefined && shape.horizon >= found.horizon) break;
  }
  return found ?? shape;
}

/** By how much a horizon has to grow for the power to become the wanted one: n goes with (z₁₋α + z₁₋β/₂)². */
function stretch(has: number, { level, power }: Aim): number {
  const z = normalQuantile(level);
  const root = (power: number) => z + normalQuantile((1 - Math.min(0.999999, Math.max(0.05, power))) / 2);
  return (root(1 - 0.98 * (1 - power)) / root(has)) ** 2;
}
