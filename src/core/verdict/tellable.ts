import { shares, type Split } from '../weights/split.ts';

/** Evidence of 1000 : 1, as `watchPropagation` wants it. */
const wanted = Math.log(1000);

/**
 * About how many connections it takes to see that a new split is in force rather than the old one: the evidence that is wanted, over the
 * Kullback–Leibler divergence of the new split from the old (G. Lorden, 1971). Few where a version appears, many where shares move by little.
 */
export function connectionsToTell(before: Split, after: Split): number {
  const old = shares(before);
  const present = [...shares(after)].filter(([, share]) => share > 0);
  const appeared = present.filter(([version]) => (old.get(version) ?? 0) === 0).map(([, share]) => share);
  if (appeared.length > 0) return Math.ceil(1 / Math.max(...appeared));
  const divergence = present.reduce((sum, [version, share]) => sum + share * Math.log(share / old.get(version)!), 0);
  return Math.ceil(wanted / divergence);
}
