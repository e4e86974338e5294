import { ShiftError } from '../errors.ts';

/** What a read finds; undefined where the user may not read it. */
export async function ifPermitted<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'forbidden') return undefined;
    throw error;
  }
}
