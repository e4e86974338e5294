import type { Judgement } from '../verdict/judgement.ts';

/**
 * pass: the new version is proven not to be worse than the old one by the margin or more · fail: it is proven to be
 * worse by more than the margin · inconclusive: neither is.
 */
export type Verdict = Judgement['verdict'];

/** ln of the evidence, 0 at the start: what has reached ln(1/α) is proven. */
export interface Evidence {
  /** Against "new is worse by the margin at most". */
  harm: number;
  /** Against "new is worse by the margin or more". */
  safety: number;
}

/** Keeps what was proven first: who acts on it stops there, and later evidence takes nothing back. */
export interface FirstProof {
  look(evidence: Evidence): void;
  readonly verdict: Verdict;
}

export function firstProof(alpha: number): FirstProof {
  const proven = -Math.log(alpha);
  let verdict: Verdict = 'inconclusive';
  return {
    look: ({ harm, safety }) => {
      if (verdict !== 'inconclusive') return;
      if (harm >= proven) verdict = 'fail';
      else if (safety >= proven) verdict = 'pass';
    },
    get verdict() {
      return verdict;
    },
  };
}
