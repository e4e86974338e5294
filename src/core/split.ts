/** A version's relative weight in a route. Weights are integers ≥ 0; a share is weight / sum of weights. */
export interface WeightedVersion {
  version: string;
  weight: number;
}

/** The weights of a route, in the order in which the route names the versions. */
export type Split = readonly WeightedVersion[];

/** The share of each version, in [0, 1]; a sole version has all of it, as both routing APIs have it. */
export function shares(split: Split): Map<string, number> {
  if (split.length === 1) return new Map([[split[0]!.version, 1]]);
  const sum = split.reduce((total, { weight }) => total + weight, 0);
  return new Map(split.map(({ version, weight }) => [version, sum === 0 ? 0 : weight / sum]));
}
