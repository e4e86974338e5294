import { ShiftError } from '../../errors.ts';

/** The most often that a PASS of a version that is worse, and a FAIL of one that is not, may happen, each. */
export const usualAlpha = 0.05;

/** A number that nothing can be proved with is refused. @throws ShiftError usage: outside of `least` to `most`, or no number */
export function requireWithin(name: string, asked: number, [least, most]: readonly [number, number]): void {
  if (asked >= least && asked <= most) return;
  throw new ShiftError('usage', `${name} is ${asked}; it has to lie between ${least} and ${most}`);
}

/** @throws ShiftError usage: no level between 10⁻¹² and .5 */
export function requireAlpha(alpha: number): void {
  requireWithin('alpha', alpha, [1e-12, 0.5]);
}

/** @throws ShiftError usage: no whole numbers, or more hits than there was of */
export function requireCount(name: string, { hits, of }: { hits: number; of: number }): void {
  if (Number.isSafeInteger(hits) && Number.isSafeInteger(of) && hits >= 0 && hits <= of) return;
  throw new ShiftError('usage', `${name} says ${hits} of ${of}, which is no count`);
}
