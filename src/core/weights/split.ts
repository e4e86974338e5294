/** A version's relative weight in a route. Weights are integers ≥ 0; a share is weight / sum of weights. */
interface WeightedVersion {
  version: string;
  weight: number;
}

/** The weights of a route, in the order in which the route names the versions. */
export type Split = readonly WeightedVersion[];

/** The share of each version, in [0, 1]; all 0 where every weight is 0. */
export function shares(split: Split): Map<string, number> {
  const sum = split.reduce((total, { weight }) => total + weight, 0);
  return new Map(split.map(({ version, weight }) => [version, sum === 0 ? 0 : weight / sum]));
}

/** Whether two splits give every version the same share, whatever their weights sum to. */
export function sameShares(one: Split, other: Split): boolean {
  const [left, right] = [shares(one), shares(other)];
  const versions = new Set([...left.keys(), ...right.keys()]);
  return [...versions].every((version) => Math.abs((left.get(version) ?? 0) - (right.get(version) ?? 0)) < 1e-9);
}

/** `v1=80 v2=20`, as weights are given on the command line. */
export function splitText(split: Split): string {
  return split.map(({ version, weight }) => `${version}=${weight}`).join(' ');
}
