/** Where the counts of a sequence stray furthest from rising evenly to what they are at its end. */
export interface Departure {
  /** So many samples lie before that point. */
  at: number;
  /** P(straying as far) where every order of the same samples is equally likely; about, and never much less. */
  chance: number;
}

/**
 * The largest departure of any kind's count Sₖ from k·Sₙ/n, in standard deviations √(n·p̂(1−p̂)): the maximum of a Brownian bridge, which passes m with
 * probability ≤ 2·exp(−2m²) (A. N. Kolmogorov, 1933). A share that stands still strays by chance alone; a step, or a ramp, strays with √n.
 * @param kinds those from there on are not looked at
 */
export function largestDeparture(sequence: ArrayLike<number>, kinds: number): Departure {
  const n = sequence.length;
  const totals = Array.from({ length: kinds }, () => 0);
  for (let i = 0; i < n; i++) if (sequence[i]! < kinds) totals[sequence[i]!]!++;
  const shares = totals.map((total) => total / n);
  const scales = shares.map((share) => (share > 0 && share < 1 ? 1 / Math.sqrt(n * share * (1 - share)) : 0));
  const counts = totals.map(() => 0);
  let furthest = { at: 0, size: 0 };
  for (let i = 0; i < n; i++) {
    const kind = sequence[i]!;
    if (kind >= kinds) continue;
    // Between two of its samples a count only falls behind, so that it strays furthest right before one or right after.
    const before = (i * shares[kind]! - counts[kind]!) * scales[kind]!;
    const after = (++counts[kind]! - (i + 1) * shares[kind]!) * scales[kind]!;
    if (before > furthest.size) furthest = { at: i, size: before };
    if (after > furthest.size) furthest = { at: i + 1, size: after };
  }
  // Two kinds stray together; of more each may stray by itself.
  const looked = kinds === 2 ? 1 : Math.max(1, scales.filter((scale) => scale > 0).length);
  return { at: furthest.at, chance: Math.min(1, 2 * looked * Math.exp(-2 * furthest.size ** 2)) };
}
