/** Numbers in [0, 1), one after another. */
export type Next = () => number;

/** A latency with a median of 10 ms and a tail as latencies have it: lognormal, σ .6. */
export function latency(next: Next): number {
  return 10 * Math.exp(0.6 * normal(next));
}

/** By G. E. P. Box and M. E. Muller. */
function normal(next: Next): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** How many of n come out, each with this chance: by the gaps between them. */
export function binomial(n: number, chance: number, next: Next): number {
  if (chance <= 0) return 0;
  let hits = 0;
  for (let at = gap(chance, next); at < n; at += 1 + gap(chance, next)) hits++;
  return hits;
}

function gap(chance: number, next: Next): number {
  return Math.floor(Math.log(1 - next()) / Math.log1p(-chance));
}

/** Whether something disturbs both versions at once, in turns of forty blocks. */
export function isDisturbed(block: number): boolean {
  return Math.floor(block / 40) % 2 === 1;
}
