import { logChoose } from './fisher.ts';

/** A sequence of hits and misses, by how the hits lie in it. */
export interface Strewn {
  /** Hits and misses. */
  of: number;
  hits: number;
  /** How often a hit follows a miss, or begins the sequence. */
  stretches: number;
}

/**
 * P(as few stretches) and P(as many) where every order of the same hits and misses is equally likely, exactly: the number of stretches of x hits
 * among n is hypergeometric, x drawn of n with n − x + 1 marked (W. L. Stevens, 1939). @internal
 */
export function stretchTails({ of, hits, stretches }: Strewn): { few: number; many: number } {
  if (hits === 0 || hits === of) return { few: 1, many: 1 };
  const gaps = of - hits + 1;
  const here = Math.exp(logChoose(gaps, stretches) + logChoose(hits - 1, stretches - 1) - logChoose(of, hits));
  const fewer = (c: number) => (c * (c - 1)) / ((gaps - c + 1) * (hits - c + 1));
  const more = (c: number) => ((gaps - c) * (hits - c)) / ((c + 1) * c);
  // The tail that leads away from the mean has falling terms; the other one is what is left of 1.
  if (stretches * of <= hits * gaps) {
    const few = sumFrom(here, stretches, -1, fewer);
    return { few, many: 1 - few + here };
  }
  const many = sumFrom(here, stretches, 1, more);
  return { few: 1 - many + here, many };
}

/** The sum of a term and those that follow it, each the ratio times the one before, until they do not matter any more. */
function sumFrom(first: number, at: number, step: 1 | -1, ratio: (at: number) => number): number {
  let sum = first;
  let term = first;
  for (let c = at; term > sum * 1e-17; c += step) {
    term *= ratio(c);
    sum += term;
  }
  return Math.min(1, sum);
}

/** The stretches of equal ones in a sequence of kinds. */
export interface Stretches {
  /** How many there are of all kinds. */
  all: number;
  /** The chance of as few and of as many where the draws are independent, for the kind that is oddest, times the kinds that were looked at. */
  few: number;
  many: number;
  /** What `few` would be with a single stretch. */
  fewIfOne: number;
}

/** Of two kinds the rarer one is looked at; of more, each against the rest. @param totals how often each kind occurs */
export function stretchesOf(sequence: ArrayLike<number>, totals: readonly number[]): Stretches {
  const of = sequence.length;
  const begun = totals.map(() => 0);
  for (let i = 0; i < of; i++) if (i === 0 || sequence[i] !== sequence[i - 1]) begun[sequence[i]!]!++;
  const present = totals.flatMap((total, kind) => (total > 0 ? [kind] : [])).sort((a, b) => totals[a]! - totals[b]!);
  const looked = present.length === 2 ? present.slice(0, 1) : present;
  const tails = (kind: number, stretches: number) => stretchTails({ of, hits: totals[kind]!, stretches });
  const oddest = (chanceOf: (kind: number) => number) =>
    Math.min(1, ...looked.map((kind) => looked.length * chanceOf(kind)));
  return {
    all: begun.reduce((sum, count) => sum + count, 0),
    few: oddest((kind) => tails(kind, begun[kind]!).few),
    many: oddest((kind) => tails(kind, begun[kind]!).many),
    fewIfOne: oddest((kind) => tails(kind, 1).few),
  };
}
