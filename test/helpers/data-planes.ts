/** Which version the next connection gets, as its position; `source` numbers the client addresses. */
export type Picker = (source?: number) => number;

/** The data planes of the statistics' tests and simulations, by the law of their picks. */
export const dataPlanes = { random, 'round-robin': roundRobin, sticky } satisfies Record<
  string,
  (shares: readonly number[], next: () => number) => Picker
>;

/** Each connection drawn on its own, as Envoy does. */
export function random(shares: readonly number[], next: () => number): Picker {
  return () => draw(shares, next());
}

/** Smooth weighted round robin, as nginx and HAProxy do, from a random point of its period on. */
function roundRobin(shares: readonly number[], next: () => number): Picker {
  const weights = shares.map((share) => Math.round(10_000 * share));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const credit = weights.map(() => 0);
  const pick = () => {
    for (let i = 0; i < weights.length; i++) credit[i]! += weights[i]!;
    const best = credit.indexOf(Math.max(...credit));
    credit[best]! -= sum;
    return best;
  };
  for (let skip = Math.floor(next() * 1000); skip > 0; skip--) pick();
  return pick;
}

/** Each client address is bound to one version for good, as a hash of it does. */
function sticky(shares: readonly number[], next: () => number): Picker {
  const bound = new Map<number, number>();
  return (source = 0) => {
    const known = bound.get(source) ?? draw(shares, next());
    bound.set(source, known);
    return known;
  };
}

function draw(shares: readonly number[], at: number): number {
  let rest = at;
  for (let i = 0; i < shares.length - 1; i++) {
    if (rest < shares[i]!) return i;
    rest -= shares[i]!;
  }
  return shares.length - 1;
}
