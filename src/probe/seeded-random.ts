/**
 * Numbers in [0, 1) that only look random: the same seed gives the same ones. Good enough to spread starts in time, and for nothing else.
 * A Weyl sequence of 32 bits through the finalizer of MurmurHash3 (A. Appleby).
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
