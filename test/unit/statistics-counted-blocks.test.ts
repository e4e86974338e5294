import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { guessedRate, nearestRates, windowEvidence } from '../../src/core/statistics/counted-blocks.ts';
import type { Count } from '../../src/core/statistics/fisher.ts';
import { meanOver } from '../helpers/chances.ts';

const count = (hits: number, of: number): Count => ({ hits, of });

/** A window of new and of old, their guessed rates, old's rate at the nearest point of "worse by a point at most", ln of the evidence (40 digits). */
const windows: [{ one: Count; other: Count }, { one: number; other: number }, number, number][] = [
  [{ one: count(4, 50), other: count(5, 950) }, { one: 0.05, other: 0.005 }, 0.005659866831117, 3.017352854261],
  [{ one: count(0, 50), other: count(5, 950) }, { one: 0.05, other: 0.005 }, 0.005659866831117, -1.768372486463],
  [{ one: count(10, 20), other: count(0, 380) }, { one: 0.5, other: 0.001 }, 0.0167599534166, 28.65935576765],
];

test.each(windows)('%j, guessed %j', (window, guess, nearest, evidence) => {
  expect(nearestRates(window, guess, 0.01).other / nearest).toBeCloseTo(1, 11);
  expect(windowEvidence(window, guess, 0.01) / evidence).toBeCloseTo(1, 11);
});

test('new 0 of 300, old 1 of 300, both guessed at .001, against "worse by a point or more"', () => {
  const window = { one: count(1, 300), other: count(0, 300) };
  const guess = { one: 0.001, other: 0.001 };
  expect(nearestRates(window, guess, -0.01).one / 0.0005224357808178).toBeCloseTo(1, 11);
  expect(windowEvidence(window, guess, -0.01) / 3.379659043355).toBeCloseTo(1, 11);
});

test('a guess that agrees with the hypothesis bets nothing', () => {
  expect(windowEvidence({ one: count(9, 10), other: count(0, 10) }, { one: 0.02, other: 0.02 }, 0.01)).toBe(0);
});

test('a rate is guessed inside (0, 1), from nothing too', () => {
  expect([guessedRate(), guessedRate(count(0, 99), count(0, 900)), guessedRate(count(9, 9))]).toEqual([
    0.5, 0.0005, 0.95,
  ]);
});

const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const size = fc.integer({ min: 1, max: 8 });

test('the evidence has a mean of at most 1 wherever the hypothesis holds', () => {
  const truths = fc.tuple(rate, rate, rate, rate, fc.double({ min: -0.5, max: 0.5, noNaN: true }));
  fc.assert(
    fc.property(fc.tuple(size, size), truths, ([n, m], [one, other, guessOne, guessOther, bound]) => {
      const p = Math.min(one, other + bound);
      fc.pre(p >= 0);
      const guess = { one: guessOne, other: guessOther };
      const evidence = (x: number, y: number) => windowEvidence({ one: count(x, n), other: count(y, m) }, guess, bound);
      const mean = meanOver(n, p, (x) => meanOver(m, other, (y) => Math.exp(evidence(x, y))));
      expect(mean).toBeLessThanOrEqual(1 + 1e-10);
    }),
    { numRuns: 500 },
  );
});

test('counters in the millions neither overflow nor vanish', () => {
  const window = { one: count(500_000, 1_000_000), other: count(0, 1_000_000) };
  expect(windowEvidence(window, { one: 0.5, other: 1e-6 }, 0.01)).toBeGreaterThan(100_000);
  expect(windowEvidence(window, { one: 0.02, other: 1e-9 }, 0.01)).toBeGreaterThan(0);
});
