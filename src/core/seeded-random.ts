import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/**
 * Numbers in [0, 1) that only look random: the same seed, an integer of 32 bits, gives the same ones. Not for secrets.
 * Mersenne Twister, because it mixes the seed: the first numbers of neighbouring seeds have nothing in common.
 */
export function seededRandom(seed: number): () => number {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}
