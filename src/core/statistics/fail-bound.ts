import type { Equivalence } from './equivalence.ts';
import { walk } from './lattice.ts';
import { countLine } from './pass-region.ts';

/** The smallest count among n samples that proves the share too high; above n where none does. */
export type FailBound = (n: number) => number;

type Line = (n: number) => number;

/** What the lines for wider tolerances may cost: the level of each line is smaller by this factor. */
const slack = 1.1;

/** Beyond this many samples the envelope's exact check would take too long, and one line does. */
const mostChecked = 20_000;

/**
 * A boundary for "the share is above share + tolerance" that errs with probability ≤ level at every share that is not,
 * whenever one looks. Its base is Wald's likelihood ratio of share + 2·tolerance against the edge, a straight line of
 * counts (Wald 1945, Ville 1939). For grosser errors it takes, at every n, the lowest of the same lines for all wider
 * tolerances, so that an error is found sooner the larger it is, and so that whatever fails a wide tolerance fails a
 * narrow one on the same samples. How much more often the envelope errs than its base is computed exactly; where that
 * is more than the slack, the base stands alone. Undefined where the edge is 1 or more, since nothing is above it.
 */
export function failBound(question: Equivalence, level: number): FailBound | undefined {
  const edge = question.share + question.tolerance;
  if (edge >= 1) return undefined;
  const lines = linesFor(question, level / slack);
  const [base] = lines;
  const until = lastBelow(lines);
  const counts = until <= mostChecked ? envelope(lines, until) : [];
  const bound: FailBound = (n) => counts[n] ?? ceil(base!(n));
  if (
    until > mostChecked ||
    erring(edge, bound, until) - erring(edge, (n) => ceil(base!(n)), until) > level - level / slack
  ) {
    return (n) => ceil(base!(n));
  }
  return bound;
}

/** The line of the tolerance itself, then those of wider ones in steps of two per cent. */
function linesFor({ share, tolerance }: Equivalence, level: number): Line[] {
  const lineOf = (width: number, alternative: number) => countLine(alternative, share + width, level)!;
  const edge = share + tolerance;
  const lines = [lineOf(tolerance, share + 2 * tolerance < 1 ? share + 2 * tolerance : (1 + edge) / 2)];
  for (let width = 1.02 * tolerance; share + 2 * width <= 0.95; width *= 1.02)
    lines.push(lineOf(width, share + 2 * width));
  return lines;
}

/** The last n at which a wider tolerance's line still lies below the base. */
function lastBelow([base, ...others]: Line[]): number {
  const start = base!(0);
  const slope = base!(1) - start;
  const crossings = others.map((line) => (start - line(0)) / (line(1) - line(0) - slope));
  return Math.ceil(Math.max(0, ...crossings));
}

/**
 * The lowest line at each n, as whole counts. The widest tolerances are lowest first, so one walk down the list finds
 * all.
 */
function envelope(lines: readonly Line[], until: number): number[] {
  const counts = [ceil(lines.at(-1)!(0))];
  let lowest = lines.length - 1;
  for (let n = 1; n <= until; n++) {
    while (lowest > 0 && lines[lowest - 1]!(n) <= lines[lowest]!(n)) lowest--;
    counts.push(ceil(lines[lowest]!(n)));
  }
  return counts;
}

/** Whole counts that reach a line, up to rounding. */
function ceil(count: number): number {
  return Math.ceil(count - 1e-9);
}

function erring(edge: number, bound: FailBound, until: number): number {
  return walk(edge, { pass: () => ({ low: 1, high: 0 }), failHigh: bound }, until).above;
}
