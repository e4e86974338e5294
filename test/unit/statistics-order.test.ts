import { describe, expect, test } from 'vitest';
import { findChange } from '../../src/core/statistics/change-point.ts';
import { orderOf } from '../../src/core/statistics/order.ts';
import { dataPlanes, type Picker } from '../helpers/data-planes.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

function sequence(pick: Picker, n: number): number[] {
  return Array.from({ length: n }, () => pick());
}

/** The share of runs in which something holds. */
function rateOf(runs: number, holds: (seed: number) => boolean): number {
  return Array.from({ length: runs }, (_, i) => holds(i + 1)).filter(Boolean).length / runs;
}

describe('the law of a data plane', () => {
  test.each([[[0.8, 0.2]], [[0.5, 0.5]], [[0.5, 0.3, 0.2]], [[0.95, 0.05]]])(
    'of %j: random is taken for another one in at most 4 of 1,000',
    (shares) => {
      const wrong = rateOf(2000, (seed) => {
        const { law } = orderOf(sequence(dataPlanes.random(shares, seededRandom(seed)), 600), shares.length);
        return law === 'turns' || law === 'clustered';
      });
      expect(wrong).toBeLessThanOrEqual(0.0065);
    },
  );

  test('tells turns', () => {
    const { law, dispersion, correlation } = orderOf(
      sequence(dataPlanes['round-robin']([0.8, 0.2], seededRandom(1)), 600),
      2,
    );
    expect(law).toBe('turns');
    expect(dispersion).toBeLessThan(0.06);
    expect(Math.abs(correlation! + 0.25)).toBeLessThan(0.01);
  });

  test('tells clusters, and has a dispersion near 1 for random', () => {
    const next = seededRandom(3);
    const draws = sequence(dataPlanes.random([0.8, 0.2], next), 60);
    expect(
      orderOf(
        draws.flatMap((kind) => [kind, kind, kind, kind, kind]),
        2,
      ),
    ).toMatchObject({ law: 'clustered' });
    const { dispersion, correlation } = orderOf(sequence(dataPlanes.random([0.8, 0.2], next), 8000), 2);
    expect(Math.abs(dispersion! - 1)).toBeLessThan(0.2);
    expect(Math.abs(correlation!)).toBeLessThan(0.05);
  });

  test('says nothing about too few, or about one version alone', () => {
    expect(orderOf([0, 1, 0, 0, 0], 2)).toEqual({ law: 'unknown', dispersion: null, correlation: null });
    expect(
      orderOf(
        Array.from({ length: 100 }, () => 0),
        2,
      ).law,
    ).toBe('unknown');
    expect(orderOf([], 2).law).toBe('unknown');
  });
});

describe('the search for a change', () => {
  const priors = { asked: [40, 10], any: [0.5, 0.5] };
  const evidence = (kinds: number[]) => findChange(kinds, priors, 1000).evidence;

  test('finds nothing in constant splits, right or wrong, more often than its bound says', () => {
    for (const shares of [
      [0.8, 0.2],
      [0.5, 0.5],
      [1, 0],
    ]) {
      const found = rateOf(
        500,
        (seed) => evidence(sequence(dataPlanes.random(shares, seededRandom(seed)), 500)) > Math.log(20),
      );
      expect(found).toBeLessThanOrEqual(0.05);
    }
  });

  test.each([
    [0.2, 0.5, 300],
    [0, 0.2, 200],
    [0.2, 0, 300],
  ])('finds a change from %f to %f after %i of 600', (before, after, at) => {
    const next = seededRandom(5);
    const kinds = [
      ...sequence(dataPlanes.random([1 - before, before], next), at),
      ...sequence(dataPlanes.random([1 - after, after], next), 600 - at),
    ];
    const change = findChange(kinds, priors, 1000);
    expect(change.evidence).toBeGreaterThan(Math.log(100));
    expect(Math.abs(change.at - at)).toBeLessThan(25);
  });
});
