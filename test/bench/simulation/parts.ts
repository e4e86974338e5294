import { gatesPart } from './gates/part.ts';
import type { Part } from './part.ts';
import { splitsPart } from './splits/part.ts';

/** The parts of the simulation, by the words that ask for one alone. */
export const parts = { splits: splitsPart, gates: gatesPart } satisfies Record<string, (scale: number) => Part>;

export type PartName = keyof typeof parts;

/** @throws Error where there is no such part */
export function partNamed(word: string): PartName {
  if (Object.hasOwn(parts, word)) return word as PartName;
  throw new Error(`no part is named ${word}; there are ${Object.keys(parts).join(', ')}`);
}
