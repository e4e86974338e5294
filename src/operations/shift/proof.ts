import type { Proof } from '../../core/route/proof.ts';
import { ShiftError, type ErrorKind } from '../../errors.ts';

/** The proof of a change that is waited for. */
export type Wait = 'none' | 'accepted' | 'programmed' | 'observed';

/** Kinds of error that say that a proof is not to be had here, rather than that the weights are not in force. */
export const notToBeHad: readonly ErrorKind[] = ['unreachable', 'usage', 'forbidden', 'cluster', 'notFound'];

/** What `run` gives, or, for errors of these kinds, why it gives nothing. */
export async function orLacking<T>(kinds: readonly ErrorKind[], run: () => Promise<T>): Promise<Proof<T>> {
  try {
    return { had: await run() };
  } catch (error) {
    if (!(error instanceof ShiftError) || !kinds.includes(error.kind)) throw error;
    return { lacking: error.message };
  }
}
