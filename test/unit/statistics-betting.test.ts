import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstWhere } from '../../src/core/statistics/binomial.ts';
import { leastMean, startBets, zerosToReach, type Bets } from '../../src/core/statistics/betting.ts';
import { walk } from '../../src/core/statistics/lattice.ts';

/** Bets on blocks of one connection of each: alike, only the first failed, only the second failed. */
function betsOn([alike, worse, better]: readonly number[], bound: number): Bets {
  const bets = startBets(bound);
  bets.add(0, alike);
  bets.add(1, worse);
  bets.add(-1, better);
  return bets;
}

const harmOn = ([alike, worse, better]: readonly number[], margin: number) => betsOn([alike!, worse!, better!], margin);
const safetyOn = ([alike, worse, better]: readonly number[], margin: number) =>
  betsOn([alike!, better!, worse!], -margin);

/** Alike, only new failed, only old failed; the margin; ln of the evidence for harm and for safety (Python, 40 digits). */
const blocks: [number[], number, number, number][] = [
  [[1, 0, 0], 0.01, -0.006857119767, 0.006947527117],
  [[0, 1, 0], 0.01, 0.5167277757, -1.171828351],
  [[0, 0, 1], 0.01, -1.171828351, 0.5330625999],
  [[50, 50, 0], 0.02, 31.50921828, -6.53373946],
  [[300, 0, 0], 0.01, -1.573394025, 2.428449007],
  [[500, 5, 1], 0.01, -1.475436303, -1.103220808],
  [[200, 12, 2], 0.01, 1.540892124, -2.943878488],
  [[1000, 3, 3], 0.01, -3.09073767, 3.81595074],
  [[1190, 3, 2], 0.01, -3.185165153, 4.639257159],
];

test.each(blocks)('alike, only new, only old: %j at a margin of %f', (counts, margin, harm, safety) => {
  expect(harmOn(counts, margin).evidence() / harm).toBeCloseTo(1, 9);
  expect(safetyOn(counts, margin).evidence() / safety).toBeCloseTo(1, 9);
});

test('blocks of one new and four old', () => {
  const [harm, safety] = [startBets(0.01), startBets(-0.01)];
  for (const difference of [0, 0, 1, 0, -0.25, 0, 0.75, 1, 0, 0, -0.5, 1]) {
    harm.add(difference);
    safety.add(-difference);
  }
  expect(harm.evidence() / 1.268051557503).toBeCloseTo(1, 11);
  expect(safety.evidence() / -1.962072747936).toBeCloseTo(1, 11);
});

test.each([
  [0.005, 728, 1076],
  [0.01, 363, 537],
  [0.02, 181, 267],
  [0.05, 72, 105],
])('without a failure a margin of %f is proven after %i blocks at .05 and %i at .01', (margin, at5, at1) => {
  const none = startBets(-margin);
  expect([0.05, 0.01].map((alpha) => zerosToReach(none, -margin, alpha))).toEqual([at5, at1]);
});

test('nothing is proven of a margin of 0 by blocks that are all alike', () => {
  expect(zerosToReach(startBets(0), 0, 0.05)).toBeNull();
});

test.each([
  [0.05, 6],
  [0.01, 8],
  [0.001, 12],
])('where only new fails, every time, harm is proven at %f after %i blocks', (alpha, blocks) => {
  const reaches = (n: number) => betsOn([0, n, 0], 0.01).evidence() >= -Math.log(alpha);
  expect(firstWhere(100, reaches)).toBe(blocks);
});

test.each([
  [[500, 5, 1], -0.008305052611, 0.02950432618],
  [[300, 0, 0], -0.01457488707, 0.01457488707],
  [[100, 10, 0], 0.02442108467, 0.2044552386],
  [[1190, 3, 2], -0.006584324322, 0.008896996517],
])('the interval of the difference after %j', (counts, low, high) => {
  expect(leastMean(harmOn(counts, 0).differences, 0.025)).toBeCloseTo(low, 11);
  expect(-leastMean(safetyOn(counts, 0).differences, 0.025)).toBeCloseTo(high, 10);
});

/** Chances of a block: alike, worse, better. */
const chances = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([split, part]) => ({ worse: split * part, better: split * (1 - part) }));
const bounds = fc.double({ min: -0.9, max: 0.9, noNaN: true });
const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

function evidenceOf(values: readonly number[], bound: number): number {
  const bets = startBets(bound);
  for (const value of values) bets.add(value);
  return bets.evidence();
}

/** The mean of W where one stops at a capital of 2, or after so many blocks, over all their courses. */
function meanAtStop(blocks: number, bound: number, { worse, better }: { worse: number; better: number }): number {
  const go = (values: number[], chance: number): number => {
    const capital = Math.exp(evidenceOf(values, bound));
    if (values.length === blocks || capital >= 2) return chance * capital;
    const next = [
      [0, 1 - worse - better],
      [1, worse],
      [-1, better],
    ] as const;
    return next.reduce((sum, [value, p]) => (p <= 0 ? sum : sum + go([...values, value], chance * p)), 0);
  };
  return go([], 1);
}

describe('the capital', () => {
  test('has a mean of 1 at every stop where the mean difference is the bound, and less where it is below', () => {
    fc.assert(
      fc.property(chances, fc.double({ min: 0, max: 0.5, noNaN: true }), (truth, over) => {
        const mean = truth.worse - truth.better;
        fc.pre(Math.abs(mean) < 0.95 && mean + over < 0.95);
        expect(meanAtStop(6, mean, truth)).toBeCloseTo(1, 10);
        expect(meanAtStop(6, mean + over, truth)).toBeLessThanOrEqual(1 + 1e-10);
      }),
      { numRuns: 50 },
    );
  });

  test('reaches 1/α wrongly in at most α of all courses: exactly, where old never fails and new does at the margin', () => {
    for (const [margin, alpha] of [
      [0.02, 0.05],
      [0.02, 0.01],
      [0.1, 0.05],
    ] as const) {
      const most = (n: number) =>
        firstWhere(n + 1, (k) => safetyOn([n - k, k, 0], margin).evidence() < -Math.log(alpha));
      const { pass } = walk(margin, { pass: (n) => ({ low: 0, high: most(n) - 1 }) }, 3000);
      expect(pass).toBeLessThanOrEqual(alpha);
      expect(pass).toBeGreaterThan(0.6 * alpha);
    }
  });

  test('falls with the bound and rises with each difference, in whatever order they come', () => {
    fc.assert(
      fc.property(differences, bounds, bounds, (values, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(evidenceOf(values, low)).toBeGreaterThanOrEqual(evidenceOf(values, high) - 1e-9);
        expect(evidenceOf(values.toReversed(), low)).toBeCloseTo(evidenceOf(values, low), 9);
        const raised = values.map((value) => (value + 1) / 2);
        expect(evidenceOf(raised, low)).toBeGreaterThanOrEqual(evidenceOf(values, low) - 1e-9);
      }),
    );
  });

  test('does not reject the mean that was seen', () => {
    fc.assert(
      fc.property(differences, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (values, level) => {
        const bets = startBets(0);
        for (const value of values) bets.add(value);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const least = leastMean(bets.differences, level);
        expect(least).toBeGreaterThanOrEqual(-1);
        expect(least).toBeLessThanOrEqual(mean + 1e-11);
      }),
    );
  });

  test('keeps its digits over a million blocks, counted or one by one', () => {
    const counts = [999_000, 900, 100];
    const counted = safetyOn(counts, 0.01);
    const single = startBets(-0.01);
    for (let i = 0; i < 1_000_000; i++) single.add(i % 1000 !== 0 ? 0 : i % 10_000 === 0 ? 1 : -1);
    expect(single.differences).toEqual(counted.differences);
    expect(single.evidence() / counted.evidence()).toBeCloseTo(1, 9);
    expect(harmOn([0, 1_000_000, 0], 0.01).evidence()).toBeGreaterThan(600_000);
    expect(harmOn([0, 0, 1_000_000], 0.01).evidence()).toBeLessThan(-50_000);
  });
});
