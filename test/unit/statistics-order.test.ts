import { describe, expect, test } from 'vitest';
import { largestDeparture } from '../../src/core/statistics/bridge.ts';
import { findChange } from '../../src/core/statistics/change-point.ts';
import { mayBeClustered, orderOf } from '../../src/core/statistics/order.ts';
import { stretchTails } from '../../src/core/statistics/stretches.ts';
import { logChoose } from '../../src/core/statistics/fisher.ts';
import { dataPlanes, type Picker } from '../helpers/data-planes.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

function sequence(pick: Picker, n: number): number[] {
  return Array.from({ length: n }, () => pick());
}

/** The share of runs in which something holds. */
function rateOf(runs: number, holds: (seed: number) => boolean): number {
  return Array.from({ length: runs }, (_, i) => holds(i + 1)).filter(Boolean).length / runs;
}

describe('the number of stretches', () => {
  /** Every order of so many hits among n, as bits. */
  const orders = (n: number, hits: number): number[][] =>
    Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (_, i) => (bits >> i) & 1)).filter(
      (order) => order.reduce((sum, bit) => sum + bit, 0) === hits,
    );
  const stretchesIn = (order: number[]) => order.filter((bit, i) => bit === 1 && order[i - 1] !== 1).length;

  test.each([
    [9, 3],
    [10, 5],
    [8, 7],
    [7, 0],
    [6, 6],
  ])('of every order of %i with %i hits has the probabilities that counting them gives', (of, hits) => {
    const counts = orders(of, hits).map(stretchesIn);
    const share = (holds: (count: number) => boolean) => counts.filter(holds).length / counts.length;
    for (const stretches of new Set(counts)) {
      const { few, many } = stretchTails({ of, hits, stretches });
      expect(few).toBeCloseTo(
        share((count) => count <= stretches),
        12,
      );
      expect(many).toBeCloseTo(
        share((count) => count >= stretches),
        12,
      );
    }
  });

  test('keeps its digits far out, and over long sequences', () => {
    // 60 hits in one piece among 4,000: (4000 − 60 + 1) / C(4000, 60).
    const { few } = stretchTails({ of: 4000, hits: 60, stretches: 1 });
    expect(Math.log10(few)).toBeCloseTo(Math.log10(3941) - logChoose(4000, 60) / Math.LN10, 9);
    const { few: usual, many } = stretchTails({ of: 1_000_000, hits: 200_000, stretches: 160_000 });
    expect(usual).toBeGreaterThan(0.49);
    expect(many).toBeGreaterThan(0.49);
  });
});

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

  test.each([
    [[0.99, 0.01], 3700],
    [[0.98, 0.02], 1800],
    [[0.9, 0.09, 0.01], 3700],
  ])('of %j, a rare version among %i, is no more often taken for clusters than of common ones', (shares, n) => {
    const wrong = rateOf(1000, (seed) => {
      const { law } = orderOf(sequence(dataPlanes.random(shares, seededRandom(seed)), n), shares.length);
      return law === 'clustered';
    });
    // Six or more of 1,000 come by chance, at one of 1,000 each, in one of 1,700 tests.
    expect(wrong).toBeLessThan(0.006);
  });

  test('tells clusters of a version so rare that it has no law, and among several versions', () => {
    const rare = Array.from({ length: 3000 }, (_, i) => (i > 1000 && i < 1005 ? 1 : 0));
    expect(orderOf(rare, 2)).toMatchObject({ law: 'clustered', dispersion: null });
    const withOneMore = rare.map((kind, i) => (i % 7 === 0 ? 2 : kind));
    expect(orderOf(withOneMore, 3)).toMatchObject({ law: 'clustered' });
  });

  test('doubts the independence of so few that no order of them would tell', () => {
    const hits = (text: string) => mayBeClustered(Array.from(text, Number), 2, 0.05);
    expect(hits('')).toBe(true);
    expect(hits('11111111111')).toBe(true);
    expect(hits('11111011111')).toBe(true);
    expect(hits('0110100101101001101')).toBe(false);
    expect(hits('0000111111000111111')).toBe(true);
  });

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

describe('the largest departure from an even rise', () => {
  const chanceOf = (kinds: number[]) => largestDeparture(kinds, 2).chance;

  test.each([
    [0.2, 600],
    [0.5, 900],
    [0.01, 3700],
  ])('of a constant share of %d among %i is no more unlikely than it says', (share, n) => {
    const found = (level: number) =>
      rateOf(2000, (seed) => chanceOf(sequence(dataPlanes.random([1 - share, share], seededRandom(seed)), n)) <= level);
    expect(found(0.1)).toBeLessThanOrEqual(0.1);
    expect(found(0.1)).toBeGreaterThan(0.03);
    // At a rate of 1 %, 32 or more of 2,000 come in one of 100 tests; the seeds are fixed.
    expect(found(0.01)).toBeLessThan(0.016);
  });

  test('finds a step, and where it is', () => {
    const next = seededRandom(5);
    const steps = sequence(dataPlanes.random([0.9, 0.1], next), 200);
    const kinds = [...steps, ...sequence(dataPlanes.random([0.7, 0.3], next), 300)];
    const { at, chance } = largestDeparture(kinds, 2);
    expect(chance).toBeLessThan(1e-4);
    expect(Math.abs(at - 200)).toBeLessThan(30);
  });

  test('looks at the largest one by the definition, and at each of several kinds', () => {
    const next = seededRandom(9);
    const kinds = sequence(dataPlanes.random([0.5, 0.3, 0.2], next), 300);
    const sizes = [0, 1, 2].map((kind) => {
      const share = kinds.filter((each) => each === kind).length / 300;
      const strays = kinds.map((_, k) =>
        Math.abs(kinds.slice(0, k).filter((each) => each === kind).length - k * share),
      );
      return Math.max(...strays) / Math.sqrt(300 * share * (1 - share));
    });
    const { chance } = largestDeparture(kinds, 3);
    expect(chance).toBeCloseTo(Math.min(1, 6 * Math.exp(-2 * Math.max(...sizes) ** 2)), 9);
  });

  test('is nothing where one version alone was seen, or none', () => {
    expect(chanceOf([])).toBe(1);
    expect(chanceOf([1, 1, 1, 1])).toBe(1);
    expect(chanceOf([2, 2, 2])).toBe(1);
  });
});
