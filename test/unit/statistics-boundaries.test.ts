import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confidenceSequence } from '../../src/core/statistics/confidence-sequence.ts';
import { designPass, mirrored } from '../../src/core/statistics/design.ts';
import { planFixed, probabilityWithin } from '../../src/core/statistics/equivalence.ts';
import { failBound } from '../../src/core/statistics/fail-bound.ts';
import { failureBound } from '../../src/core/statistics/failure-rate.ts';
import { quantileOf, walk } from '../../src/core/statistics/lattice.ts';
import { countLine, likelihoodRegion, onceRegion } from '../../src/core/statistics/pass-region.ts';
import { inTurn, turnSamples } from '../../src/core/statistics/round-robin.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';
import { dataPlanes } from '../helpers/data-planes.ts';

const never = () => ({ low: 1, high: 0 });
const questions = fc.record({
  share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  tolerance: fc.double({ min: 0.04, max: 0.3, noNaN: true }),
});

function edgesOf({ share, tolerance }: { share: number; tolerance: number }): number[] {
  return [share - tolerance, share + tolerance].filter((edge) => edge > 0 && edge < 1);
}

describe('the exact computation on the lattice', () => {
  test('is the binomial distribution where the test looks once', () => {
    const ends = walk(0.25, { pass: onceRegion({ share: 0.2, tolerance: 0.05 }, 0.05, 714) }, 714);
    expect(ends.pass).toBeCloseTo(probabilityWithin({ low: 124, high: 159 }, 714, 0.25), 12);
    expect(ends.mean).toBeCloseTo(714, 9);
  });

  test('is the geometric distribution where the first hit ends it', () => {
    const ends = walk(0.2, { pass: never, failHigh: () => 1 }, 200);
    expect(ends.mean).toBeCloseTo(5, 9);
    expect(ends.above).toBeCloseTo(1, 9);
    expect(quantileOf(ends, 0.5)).toBe(4);
    expect(quantileOf(ends, 0.9)).toBe(11);
    expect(ends.stopped[3]).toBeCloseTo(1 - 0.8 ** 3, 12);
  });

  test('accounts for every path', () => {
    const stops = {
      pass: (n: number) => ({ low: n - 1, high: n - 1 }),
      failLow: (n: number) => n - 20,
      failHigh: (n: number) => n,
    };
    const { pass, below, above, open } = walk(0.7, stops, 30);
    expect(pass + below + above + open).toBeCloseTo(1, 12);
    expect(above).toBeCloseTo(0.7, 12);
  });
});

describe('the plain e-processes', () => {
  test('pass soon and rarely wrongly at .20 ± .05', () => {
    const region = likelihoodRegion({ share: 0.2, tolerance: 0.05 }, 0.05);
    const ends = walk(0.2, { pass: region }, 2000);
    expect(ends.mean).toBeGreaterThan(584);
    expect(ends.mean).toBeLessThan(650);
    expect(ends.pass).toBeGreaterThan(0.99);
    for (const edge of [0.15, 0.25]) expect(walk(edge, { pass: region }, 2000).pass).toBeLessThan(0.05);
  });

  test('a line is where the likelihood ratio is 1 / level', () => {
    const line = countLine(0.2, 0.25, 0.05)!;
    const ratio = (x: number, n: number) => x * Math.log(0.2 / 0.25) + (n - x) * Math.log(0.8 / 0.75);
    expect(ratio(line(500), 500)).toBeCloseTo(Math.log(20), 9);
    expect(countLine(0.2, 0, 0.05)).toBeUndefined();
    expect(countLine(0.2, 1, 0.05)).toBeUndefined();
  });
});

describe('the shaped PASS', () => {
  test('at .20 ± .05 takes at most 75 % of the fixed sample size on average, with its power and its level', () => {
    const { region, horizon } = designPass({ share: 0.2, tolerance: 0.05 }, { level: 0.05, power: 0.9 });
    const right = walk(0.2, { pass: region }, horizon);
    expect(right.mean / 714).toBeLessThan(0.72);
    expect(right.pass).toBeGreaterThanOrEqual(0.9);
    expect(right.pass).toBeLessThan(0.91);
    for (const edge of [0.15, 0.25]) {
      const { pass } = walk(edge, { pass: region }, horizon);
      expect(pass).toBeLessThanOrEqual(0.05);
      expect(pass).toBeGreaterThan(0.045);
    }
  });

  test('keeps its level at both edges and has its power, whatever is asked', () => {
    fc.assert(
      fc.property(questions, fc.constantFrom(0.1, 0.05, 0.01), fc.constantFrom(0.8, 0.9), (question, level, power) => {
        const { region, horizon } = designPass(question, { level, power });
        for (const edge of edgesOf(question))
          expect(walk(edge, { pass: region }, horizon).pass).toBeLessThanOrEqual(level);
        const right = walk(question.share, { pass: region }, horizon);
        expect(right.pass).toBeGreaterThanOrEqual(power);
        const fixed = planFixed(question, level, power).samples;
        // Of 4,000 questions none had more than 0.852 or 0.756.
        expect(right.mean).toBeLessThan((power === 0.8 ? 0.86 : 0.77) * fixed + 3);
      }),
      { numRuns: 15 },
    );
  });

  test('keeps its level with any budget, and never has less power with more of it', () => {
    fc.assert(
      fc.property(questions, fc.integer({ min: 5, max: 3000 }), (question, budget) => {
        const { region } = designPass(question, { level: 0.05, power: 0.9, budget });
        for (const edge of edgesOf(question))
          expect(walk(edge, { pass: region }, budget).pass).toBeLessThanOrEqual(0.05);
      }),
      { numRuns: 15 },
    );
    const power = (budget: number) => {
      const { region } = designPass({ share: 0.2, tolerance: 0.05 }, { level: 0.05, power: 0.9, budget });
      return walk(0.2, { pass: region }, budget).pass;
    };
    const powers = [250, 400, 600, 831, 1000, 2000, 5000].map(power);
    expect(powers).toEqual(powers.toSorted((a, b) => a - b));
    expect(power(2000)).toBeGreaterThan(0.99);
  });

  test.each([
    [0.2, 0.015],
    [0.01, 0.004],
    [0.001, 0.0007],
    [0.5, 0.02],
  ])('is corrected on large problems too: %f ± %f', (share, tolerance) => {
    const { region, horizon } = designPass({ share, tolerance }, { level: 0.05, power: 0.9 });
    for (const edge of [share - tolerance, share + tolerance]) {
      expect(walk(edge, { pass: region }, horizon).pass).toBeLessThanOrEqual(0.05);
    }
    const right = walk(share, { pass: region }, horizon);
    expect(right.pass).toBeGreaterThanOrEqual(0.9);
    expect(right.mean / planFixed({ share, tolerance }, 0.05, 0.9).samples).toBeLessThan(0.76);
  });

  test('of a share of 0 takes the known number of clean samples, and more with a doubtful one', () => {
    const { region } = designPass({ share: 0, tolerance: 0.01 }, { level: 0.05, power: 0.9, budget: 5000 });
    expect(region(298)).toEqual({ low: 0, high: -1 });
    expect(region(299)).toEqual({ low: 0, high: 0 });
    const second = Array.from({ length: 5000 }, (_, n) => n).find((n) => region(n).high === 1)!;
    expect(second).toBeGreaterThan(473);
    expect(walk(0.01, { pass: region }, 5000).pass).toBeLessThanOrEqual(0.05);
    expect(designPass({ share: 1, tolerance: 0.01 }, { level: 0.01, power: 0.9 }).region(459)).toEqual({
      low: 459,
      high: 459,
    });
  });
});

describe('the boundary for FAIL', () => {
  test('is reached with at most its level where the share is at the edge', () => {
    fc.assert(
      fc.property(questions, fc.constantFrom(0.025, 0.01, 0.001), (question, level) => {
        const bound = failBound(question, level);
        const edge = question.share + question.tolerance;
        expect(bound === undefined).toBe(edge >= 1);
        const erring = bound === undefined ? 0 : walk(edge, { pass: never, failHigh: bound }, 3000).above;
        expect(erring).toBeLessThanOrEqual(level);
      }),
      { numRuns: 40 },
    );
  });

  test('costs its level once: too much and too little together are found with no more, wherever in the tolerance the share lies', () => {
    const places = fc.constantFrom(-1, -0.5, 0, 0.5, 1);
    fc.assert(
      fc.property(questions, fc.constantFrom(0.45, 0.045, 0.0045), places, (question, level, place) => {
        const truth = question.share + place * question.tolerance;
        fc.pre(truth > 0 && truth < 1);
        const high = failBound(question, level) ?? ((n: number) => n + 1);
        const low = failBound(mirrored(question), level) ?? ((n: number) => n + 1);
        const { above, below } = walk(truth, { pass: never, failHigh: high, failLow: (n) => n - low(n) }, 3000);
        expect(above + below).toBeLessThanOrEqual(level);
      }),
      { numRuns: 60 },
    );
  });

  test('asks for fewer hits the narrower the tolerance', () => {
    const [narrow, wide] = [0.03, 0.1].map((tolerance) => failBound({ share: 0.2, tolerance }, 0.01)!);
    for (let n = 1; n < 2000; n++) expect(narrow!(n)).toBeLessThanOrEqual(Math.max(wide!(n), 0));
  });

  test('finds gross errors soon', () => {
    const bound = failBound({ share: 0.2, tolerance: 0.05 }, 0.0225)!;
    const meanAt = (share: number) => walk(share, { pass: never, failHigh: bound }, 3000).mean;
    expect(meanAt(0.3)).toBeLessThan(0.9 * 714);
    expect(meanAt(0.5)).toBeLessThan(0.12 * 714);
    expect(meanAt(1)).toBeLessThan(10);
  });

  test('of the failure rate is reached with at most its level at the limit, and early by many failures', () => {
    const bound = failureBound(0.01, 0.005);
    const { above } = walk(0.01, { pass: never, failHigh: bound }, 5000);
    expect(above).toBeLessThanOrEqual(0.005);
    expect(above).toBeGreaterThan(0.0005);
    expect(walk(0.5, { pass: never, failHigh: bound }, 100).mean).toBeLessThan(8);
    expect(failureBound(0, 0.005)(1000)).toBe(1);
  });
});

describe('the proof by turns', () => {
  test('of an 80 to 20 split takes twice ten periods, and is no accident of a random picker', () => {
    const samples = turnSamples({ share: 0.2, tolerance: 0.05 }, 1, 0.0025);
    expect(samples).toBeLessThanOrEqual(100);
    for (const edge of [0.15, 0.25, 0.4, 0.05]) {
      const stay = walk(
        edge,
        { pass: never, failLow: (n) => Math.ceil(n * 0.2 - 1) - 1, failHigh: (n) => Math.floor(n * 0.2 + 1) + 1 },
        samples,
      );
      expect(stay.open).toBeLessThanOrEqual(0.0025);
    }
  });

  test('is no accident of a picker that takes turns for others too, or now and then draws', () => {
    const question = { share: 0.2, tolerance: 0.05 };
    const samples = turnSamples(question, 1, 0.001);
    expect(samples).toBe(112);
    const next = seededRandom(3);
    const stays = (others: number, drawn: number) => {
      const turns = dataPlanes['round-robin']([0.75, 0.25], next);
      const draws = dataPlanes.random([0.75, 0.25], next);
      let count = 0;
      for (let n = 1; n <= samples; n++) {
        while (next() < others) turns();
        count += next() < drawn ? draws() : turns();
        if (!inTurn(count, n, question.share, 1)) return false;
      }
      return true;
    };
    for (const [others, drawn] of [
      [0.1, 0],
      [0.3, 0],
      [0, 0.1],
      [0, 0.3],
    ] as const) {
      const stayed = Array.from({ length: 4000 }, () => stays(others, drawn)).filter(Boolean).length;
      expect(stayed / 4000).toBeLessThan(0.01);
    }
  });

  test('takes longer where the counts may stray further', () => {
    const question = { share: 0.2, tolerance: 0.05 };
    expect(turnSamples(question, 2, 0.0025)).toBeGreaterThan(2 * turnSamples(question, 1, 0.0025));
  });
});

describe('the confidence sequence', () => {
  test('misses the true share at any time with at most its level', () => {
    // By the exact computation: the first time the interval excludes the truth.
    for (const [truth, asked] of [
      [0.2, 0.2],
      [0.35, 0.2],
      [0.02, 0.01],
    ] as const) {
      const interval = (n: number) => (x: number) => confidenceSequence(x, n, asked, 0.05);
      const excluded = (n: number) => {
        const at = interval(n);
        let low = Math.floor(n * truth);
        while (low >= 0 && at(low).high >= truth) low--;
        let high = Math.ceil(n * truth);
        while (high <= n && at(high).low <= truth) high++;
        return { low, high };
      };
      const bounds = Array.from({ length: 121 }, (_, n) => (n === 0 ? { low: -1, high: 1 } : excluded(n)));
      const ends = walk(truth, { pass: never, failLow: (n) => bounds[n]!.low, failHigh: (n) => bounds[n]!.high }, 120);
      expect(ends.above + ends.below).toBeLessThanOrEqual(0.05);
    }
  });

  test('narrows around the observed share, and exists for none and for all', () => {
    const { low, high } = confidenceSequence(200, 1000, 0.2, 0.05);
    expect(low).toBeGreaterThan(0.16);
    expect(high).toBeLessThan(0.24);
    expect(confidenceSequence(0, 0, 0.2, 0.05)).toEqual({ low: 0, high: 1 });
    expect(confidenceSequence(50, 50, 1, 0.05).high).toBe(1);
    expect(confidenceSequence(0, 50, 0, 0.05).low).toBe(0);
  });
});
