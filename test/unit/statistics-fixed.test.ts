import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialAtLeast, binomialAtMost } from '../../src/core/statistics/binomial.ts';
import { acceptRange, leastSamples, planFixed, probabilityWithin } from '../../src/core/statistics/equivalence.ts';
import { createJudge } from '../../src/core/verdict/judge.ts';
import type { JudgeSpec } from '../../src/core/verdict/spec.ts';
import { judgeOf as judgeWith, show, specOf } from '../helpers/judges.ts';

const judgeOf = (changes: Partial<JudgeSpec> = {}) => judgeWith({ method: 'fixed', ...changes });

describe('the fixed plan', () => {
  test.each([
    [0.2, 0.05, 714, 1043],
    [0.5, 0.05, 1104, 1595],
    [0.1, 0.05, 423, 618],
    [0.05, 0.03, 645, 955],
    [0.2, 0.1, 186, 269],
  ])('for %f ± %f takes %i samples at α = .05 and %i at .01', (share, tolerance, loose, strict) => {
    expect(planFixed({ share, tolerance }, 0.05, 0.9).samples).toBe(loose);
    expect(planFixed({ share, tolerance }, 0.01, 0.9).samples).toBe(strict);
  });

  test('for .20 ± .05 accepts what the tables say, with their tails and power', () => {
    const { accept, power } = planFixed({ share: 0.2, tolerance: 0.05 }, 0.05, 0.9);
    expect(accept).toEqual({ low: 124, high: 159 });
    expect(binomialAtLeast(124, 714, 0.15)).toBeCloseTo(0.0449, 4);
    expect(binomialAtMost(159, 714, 0.25)).toBeCloseTo(0.0489, 4);
    expect(power).toBeCloseTo(0.9057, 4);
    expect(planFixed({ share: 0.2, tolerance: 0.05 }, 0.01, 0.9).accept).toEqual({ low: 185, high: 228 });
  });

  test('a share of 0 below one point takes 299 clean samples at 95 %, 459 at 99 %', () => {
    expect(planFixed({ share: 0, tolerance: 0.01 }, 0.05, 0.9)).toMatchObject({ samples: 299, power: 1 });
    expect(planFixed({ share: 0, tolerance: 0.01 }, 0.01, 0.9)).toMatchObject({
      samples: 459,
      accept: { low: 0, high: 0 },
    });
    expect(planFixed({ share: 1, tolerance: 0.01 }, 0.05, 0.9)).toMatchObject({ samples: 299, accept: { high: 299 } });
  });

  test('never errs more often than α at the edges, keeps its power from there on, and mirrors', () => {
    const question = fc.record({
      share: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      tolerance: fc.double({ min: 0.04, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(question, fc.constantFrom(0.1, 0.05, 0.01), (asked, alpha) => {
        const { samples, accept, power } = planFixed(asked, alpha, 0.9);
        expect(power).toBeGreaterThanOrEqual(0.9);
        for (const edge of [asked.share - asked.tolerance, asked.share + asked.tolerance]) {
          expect(probabilityWithin(accept, samples, edge)).toBeLessThanOrEqual(alpha);
        }
        for (let n = samples; n < samples * 1.2 + 20; n++) {
          expect(probabilityWithin(acceptRange(n, asked, alpha), n, asked.share)).toBeGreaterThanOrEqual(0.9);
        }
        const mirror = planFixed({ ...asked, share: 1 - asked.share }, alpha, 0.9);
        expect(Math.abs(mirror.samples - samples)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test('knows the least number of samples that can decide at all', () => {
    const least = leastSamples({ share: 0.2, tolerance: 0.05 }, 0.05);
    const isOpen = ({ low, high }: { low: number; high: number }) => low <= high;
    expect(isOpen(acceptRange(least, { share: 0.2, tolerance: 0.05 }, 0.05))).toBe(true);
    expect(isOpen(acceptRange(least - 1, { share: 0.2, tolerance: 0.05 }, 0.05))).toBe(false);
  });
});

describe('a fixed judge', () => {
  test.each([
    [124, 'pass'],
    [159, 'pass'],
    [123, 'inconclusive'],
    [160, 'inconclusive'],
    [80, 'fail'],
    [214, 'fail'],
  ])('of 714 samples with %i of v2 says %s', (count, verdict) => {
    const judgement = show(judgeOf(), { v2: count, v1: 714 - count }).judgement();
    expect(judgement).toMatchObject({ verdict, final: true, samples: 714, budget: 714 });
  });

  test('says nothing before its last sample', () => {
    const judge = show(judgeOf(), { v1: 340, v2: 373 });
    expect(judge.judgement()).toMatchObject({ verdict: 'inconclusive', final: false, reason: { kind: 'undecided' } });
    expect(judge.observe({ version: 'v2', outcome: 'reply' })).toBe(true);
    expect(judge.judgement()).toMatchObject({ verdict: 'fail', reason: { kind: 'share' } });
  });

  test('counts failures and never drops them: what they hide cannot pass', () => {
    const hidden = show(judgeOf({ maxFailureRate: 0.5 }), { v2: 80, '-': 80, v1: 554 }).judgement();
    expect(hidden).toMatchObject({ verdict: 'inconclusive', failures: { count: 80, byOutcome: { timeout: 80 } } });
    const [, v2] = hidden.versions;
    expect(v2!.interval.low).toBeLessThan(80 / 714);
    expect(v2!.interval.high).toBeGreaterThan(160 / 714);
  });

  test('fails a rate of failures that is proven too high, holds back a PASS where it only looks so', () => {
    expect(show(judgeOf(), { '-': 30, v2: 142, v1: 542 }).judgement()).toMatchObject({
      verdict: 'fail',
      reason: { kind: 'failures' },
      failures: { state: 'above' },
    });
    expect(show(judgeOf(), { '-': 9, v2: 140, v1: 565 }).judgement()).toMatchObject({
      verdict: 'inconclusive',
      reason: { kind: 'failures-undecided' },
      failures: { state: 'high' },
    });
    expect(show(judgeOf(), { '-': 7, v2: 140, v1: 567 }).judgement()).toMatchObject({ verdict: 'pass' });
    expect(show(judgeOf({ maxFailureRate: 0 }), { '-': 1 }).judgement()).toMatchObject({ verdict: 'fail' });
  });

  test('fails at once where a version of share 0 is seen, and passes after enough clean samples', () => {
    const expected = new Map([
      ['v1', 1],
      ['v2', 0],
    ]);
    const clean = show(judgeOf({ expected, tolerance: 0.01 }), { v1: 299 }).judgement();
    expect(clean).toMatchObject({ verdict: 'pass', samples: 299 });
    const hit = show(show(judgeOf({ expected, tolerance: 0.01 }), { v1: 17 }), { v2: 1 }).judgement();
    expect(hit).toMatchObject({ verdict: 'fail', final: true, samples: 18, reason: { kind: 'hit', version: 'v2' } });
  });

  test('takes an answer of a version outside the route for a failure', () => {
    const { failures } = show(judgeOf(), { v9: 3 }).judgement();
    expect(failures).toMatchObject({ count: 3, byOutcome: { unknown: 3 } });
  });

  test('wants one hit where the tolerance reaches down to nothing', () => {
    const expected = new Map([
      ['v1', 0.99],
      ['v2', 0.01],
    ]);
    const judge = () => judgeOf({ expected, tolerance: 0.02 });
    expect(show(judge(), { v1: 478 }).judgement()).toMatchObject({ verdict: 'inconclusive' });
    expect(show(judge(), { v2: 1, v1: 477 }).judgement()).toMatchObject({ verdict: 'pass' });
  });

  test('says what it would take', () => {
    const { needs } = show(judgeOf({ budget: 300 }), { v2: 63, v1: 237 }).judgement();
    expect(needs!.samples).toBeGreaterThan(300);
    expect(needs!.tolerance).toBeCloseTo(0.049, 2);
  });
});

describe('a spec that cannot work', () => {
  test.each([
    [{ alpha: 1 }, { field: 'alpha', asked: 1, most: 0.5 }],
    [{ alpha: 0 }, { field: 'alpha' }],
    [{ power: 1 }, { field: 'power' }],
    [{ tolerance: 0 }, { field: 'tolerance', asked: 0, version: 'v1', least: 0.002 }],
    [{ tolerance: Number.NaN }, { field: 'tolerance' }],
    [{ maxFailureRate: 1 }, { field: 'maxFailureRate' }],
    [{ budget: 20 }, { field: 'budget', asked: 20, least: 193 }],
    [{ expected: new Map([['v1', 0.7]]) }, { field: 'expected', asked: 0.7 }],
  ] as [Partial<JudgeSpec>, object][])('%o is refused with the least that would work', (changes, problem) => {
    expect(createJudge(specOf({ method: 'fixed', ...changes }))).toMatchObject({ problem });
  });
});
