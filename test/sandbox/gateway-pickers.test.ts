import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickerFactory } from '../../src/sandbox/gateway/pickers.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';
import type { PickerName } from '../../src/sandbox/options.ts';

const weightLists = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 16 });

function picksOf(name: PickerName, weights: number[], count: number, seed = 1): number[] {
  const pick = pickerFactory(name, seededRandom(seed))(weights);
  return Array.from({ length: count }, () => pick('127.0.0.1'));
}

describe.each<PickerName>(['random', 'round-robin', 'sticky'])('picker %s', (name) => {
  test('never picks a weight of 0', () => {
    fc.assert(
      fc.property(weightLists, (weights) => {
        fc.pre(weights.some((weight) => weight > 0));
        for (const index of picksOf(name, weights, 20)) expect(weights[index]).toBeGreaterThan(0);
      }),
    );
  });

  test('picks nothing where all weights are 0', () => {
    expect(picksOf(name, [0, 0], 1)).toEqual([-1]);
    expect(picksOf(name, [], 1)).toEqual([-1]);
  });
});

describe('round robin', () => {
  test('interleaves 80/20 as 0, 0, 0, 0, 1', () => {
    expect(picksOf('round-robin', [80, 20], 10)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  test('gives each weight its exact part of every full period', () => {
    const small = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(small, (weights) => {
        const period = weights.reduce((sum, weight) => sum + weight, 0);
        fc.pre(period > 0);
        const counts = weights.map(() => 0);
        for (const index of picksOf('round-robin', weights, period)) counts[index]! += 1;
        expect(counts).toEqual(weights);
      }),
    );
  });
});

describe('random', () => {
  test('gives the same picks for the same seed, and others for another', () => {
    expect(picksOf('random', [50, 50], 64, 7)).toEqual(picksOf('random', [50, 50], 64, 7));
    expect(picksOf('random', [50, 50], 64, 7)).not.toEqual(picksOf('random', [50, 50], 64, 8));
  });

  test('gives 20 of 100 to within five standard deviations, for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const second = picksOf('random', [80, 20], 4000, seed).filter((index) => index === 1).length;
        expect(Math.abs(second - 800)).toBeLessThan(5 * Math.sqrt(4000 * 0.2 * 0.8));
      }),
      { numRuns: 50 },
    );
  });
});

describe('sticky', () => {
  test('keeps one client on one version', () => {
    expect(new Set(picksOf('sticky', [80, 20], 50)).size).toBe(1);
  });

  test('spreads many clients by weight', () => {
    const pick = pickerFactory('sticky', seededRandom(1))([80, 20]);
    const second = Array.from({ length: 4000 }, (_, index) => pick(`10.0.${index >> 8}.${index & 255}`)).filter(
      Boolean,
    );
    expect(Math.abs(second.length - 800)).toBeLessThan(5 * Math.sqrt(4000 * 0.2 * 0.8));
  });
});
