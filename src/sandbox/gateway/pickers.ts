import type { PickerName } from '../options.ts';
import { hashFraction } from './hash-fraction.ts';

/** Picks the index of a weight for a new connection; -1 where no weight is above 0. */
export type Picker = (clientAddress: string) => number;

/** Makes the picker for one set of weights; each keeps its own state. */
export type PickerFactory = (weights: readonly number[]) => Picker;

const factories = {
  random: (random) => (weights) => () => indexAt(weights, random()),
  'round-robin': () => roundRobin,
  sticky: () => (weights) => (clientAddress) => indexAt(weights, hashFraction(clientAddress)),
} satisfies Record<PickerName, (random: () => number) => PickerFactory>;

/** How a data plane picks: `random` is independent for each connection, `round-robin` interleaves, `sticky` hashes the client's address. */
export function pickerFactory(name: PickerName, random: () => number): PickerFactory {
  return factories[name](random);
}

/** The index of the weight whose part of the sum holds `fraction`, which lies in [0, 1). */
function indexAt(weights: readonly number[], fraction: number): number {
  let left = fraction * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return weights.findLastIndex((weight) => weight > 0);
}

/** Earliest deadline first, as Traefik has it: 80/20 gives 0, 0, 0, 0, 1. Exact, because the deadlines are compared as fractions. */
function roundRobin(weights: readonly number[]): Picker {
  const picks = weights.map(() => 0);
  return () => {
    const index = earliest(weights, picks);
    if (index >= 0) picks[index]! += 1;
    return index;
  };
}

function earliest(weights: readonly number[], picks: readonly number[]): number {
  let best = -1;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    if (best < 0 || (picks[index]! + 1) * weights[best]! < (picks[best]! + 1) * weight) best = index;
  }
  return best;
}
