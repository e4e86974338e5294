/** A tail probability at a point, and the density there. */
export interface TailAt {
  tail: number;
  density: number;
}

/**
 * The x > 0 at which a tail of a distribution equals `target`, to the last bits of a double. Newton's method on ln tail
 * against ln x: for the beta and gamma families that curve is concave, so the iteration cannot be trapped.
 * @param direction 1 for a lower tail, −1 for an upper tail
 */
export function solveTail(tailAt: (x: number) => TailAt, target: number, start: number, direction: 1 | -1): number {
  let x = start;
  for (let round = 0; round < 2000; round++) {
    const { tail, density } = tailAt(x);
    const step = direction * (Math.log(target / tail) / ((density * x) / tail));
    const bounded = Number.isNaN(step) ? -direction : Math.max(-2, Math.min(2, step));
    const next = x * Math.exp(bounded);
    if (Math.abs(next - x) <= 4e-16 * x || next === 0) return next;
    x = next;
  }
  return x;
}
