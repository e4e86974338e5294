import { expect } from 'vitest';
import { ShiftError } from '../../src/errors.ts';

/** A ShiftError has one line for what is wrong, and one that says what to do. */
function checked(error: unknown): ShiftError {
  if (!(error instanceof ShiftError)) throw error;
  expect(error.hint).toMatch(/^[a-z].*[^.\s]$/);
  expect(error.message).toMatch(/^\S.*[^.\s]$/);
  return error;
}

/** The ShiftError that a call must throw. */
export function refusal(call: () => unknown): ShiftError {
  try {
    call();
  } catch (error) {
    return checked(error);
  }
  throw new Error('nothing was refused');
}

/** The ShiftError that a promise must be rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<ShiftError> {
  try {
    await promise;
  } catch (error) {
    return checked(error);
  }
  throw new Error('nothing was refused');
}
