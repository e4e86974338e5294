import type { Readiness } from './readiness.ts';
import type { ObservedChange, ProgrammedGateway, ShiftResult } from './shift-result.ts';

/** What a proof gave, or why it is not to be had here. */
export type Proof<T> = { had: T } | { lacking: string };

/** The proofs of one change; those that were not asked for are absent. */
export interface Proofs {
  accepted?: Proof<readonly Readiness[]>;
  programmed?: Proof<readonly ProgrammedGateway[]>;
  observed?: Proof<ObservedChange>;
}

/** The strongest proof that was had, each one's own findings, and why stronger ones are lacking. */
export function sumUp({ accepted, programmed, observed }: Proofs): ShiftResult['proof'] {
  const had = {
    ...(accepted && 'had' in accepted && { accepted: accepted.had }),
    ...(programmed && 'had' in programmed && { programmed: programmed.had }),
    ...(observed && 'had' in observed && { observed: observed.had }),
  };
  const notProved = [accepted, programmed, observed].flatMap((proof) =>
    proof && 'lacking' in proof ? [proof.lacking] : [],
  );
  const level = (['observed', 'programmed', 'accepted'] as const).find((each) => had[each] !== undefined) ?? 'none';
  return { level, ...had, ...(notProved.length > 0 && { notProved }) };
}
