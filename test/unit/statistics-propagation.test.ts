import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSwitch } from '../../src/core/statistics/changeover.ts';
import { attemptAlpha, judgeAfterChange, prepareAfterChange } from '../../src/core/verdict/after-change.ts';
import type { Observation } from '../../src/core/verdict/judge.ts';
import { watchPropagation } from '../../src/core/verdict/propagation.ts';
import type { JudgeSpec } from '../../src/core/verdict/spec.ts';
import { random } from '../helpers/data-planes.ts';
import { sampleOf, sharesOf, specOf } from '../helpers/judges.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

const start = 1_700_000_000_000;
const everyMs = 10;

function timeOf(at: number): string {
  return new Date(start + at * everyMs).toISOString();
}

/** One sample each 10 ms, drawn from what `sharesAt` says for its position. */
function samplesFrom(sharesAt: (at: number) => number[], count: number, seed = 1): Observation[] {
  const next = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => ({
    ...sampleOf(`v${random(sharesAt(at), next)() + 1}`),
    time: timeOf(at),
  }));
}

const allToV1 = sharesOf({ v1: 1, v2: 0 });
const toTwenty = sharesOf({ v1: 0.8, v2: 0.2 });

describe('the watch over a change', () => {
  test('finds a clean switch where the new version first answers', () => {
    const watch = watchPropagation(allToV1, toTwenty);
    const samples = [...Array.from({ length: 40 }, () => sampleOf('v1')), sampleOf('v2'), sampleOf('v1')];
    const inForce = samples.map((sample, at) => watch.observe({ ...sample, time: timeOf(at) }));
    expect(inForce.indexOf(true)).toBe(40);
    expect(watch.report()).toEqual({
      inForce: true,
      waited: 41,
      firstObeying: { at: 40, version: 'v2', time: timeOf(40) },
      lastDisobeying: { at: 39, version: 'v1', time: timeOf(39) },
      mixedMs: 0,
      tookHold: { from: { at: 32, version: 'v1', time: timeOf(32) }, to: { at: 40, version: 'v2', time: timeOf(40) } },
    });
  });

  test('seldom takes a change that never comes for one that has', () => {
    // The last step of a rollout.
    const rung = Array.from({ length: 150 }, (_, seed) => {
      const watch = watchPropagation(sharesOf({ v1: 0.2, v2: 0.8 }), sharesOf({ v1: 0, v2: 1 }));
      return samplesFrom(() => [0.2, 0.8], 2000, seed + 1).some((sample) => watch.observe(sample));
    }).filter(Boolean).length;
    // P(X ≥ 9 | 150, .01) = 2e-5.
    expect(rung).toBeLessThan(9);
  });

  test('says that samples speak for the old split only where they do', () => {
    const sticky = watchPropagation(allToV1, toTwenty);
    for (let i = 0; i < 25; i++) sticky.observe(sampleOf('v1'));
    expect(sticky.speaksForOld()).toBe(true);
    const alike = watchPropagation(sharesOf({ v1: 0.9, v2: 0.1 }), sharesOf({ v1: 0.89, v2: 0.11 }));
    for (const sample of samplesFrom(() => [0.89, 0.11], 1000)) alike.observe(sample);
    expect([alike.report().inForce, alike.speaksForOld()]).toEqual([false, false]);
  });

  test('knows the last connection to a version that is to get nothing', () => {
    const watch = watchPropagation(sharesOf({ v1: 0.5, v2: 0.5 }), allToV1);
    for (const sample of samplesFrom((at) => (at < 100 ? [0.5, 0.5] : [1, 0]), 200)) watch.observe(sample);
    const { inForce, lastDisobeying, firstObeying } = watch.report();
    expect(inForce).toBe(true);
    expect(lastDisobeying!.version).toBe('v2');
    expect(lastDisobeying!.at).toBeGreaterThan(85);
    expect(lastDisobeying!.at).toBeLessThan(100);
    expect(firstObeying!.at).toBe(lastDisobeying!.at + 1);
  });

  test('tells how long gateways were out of step', () => {
    const watch = watchPropagation(allToV1, sharesOf({ v1: 0, v2: 1 }));
    for (const sample of samplesFrom((at) => (at < 50 ? [1, 0] : at < 250 ? [0.5, 0.5] : [0, 1]), 400))
      watch.observe(sample);
    const { firstObeying, lastDisobeying, mixedMs } = watch.report();
    expect(firstObeying!.at).toBeLessThan(58);
    expect(firstObeying!.at).toBeGreaterThanOrEqual(50);
    expect(lastDisobeying!.at).toBeGreaterThan(242);
    expect(mixedMs! / everyMs).toBeGreaterThan(190);
    expect(mixedMs! / everyMs).toBeLessThanOrEqual(200);
  });

  test('waits for a change that does not come, and not for one that is none', () => {
    const waiting = watchPropagation(allToV1, toTwenty);
    for (let i = 0; i < 100; i++) expect(waiting.observe(sampleOf('v1'))).toBe(false);
    expect(waiting.report()).toMatchObject({ inForce: false, waited: 100, lastDisobeying: { at: 99 } });
    expect(waiting.report()).not.toHaveProperty('firstObeying');
    expect(watchPropagation(toTwenty, toTwenty).observe(sampleOf('v1'))).toBe(true);
  });

  test('takes replies of one version for no split while those of another may be failing', () => {
    // The old split stands, v2 answers no more, and v1's replies alone would look like the new one.
    const watch = watchPropagation(sharesOf({ v1: 0.4, v2: 0.6 }), toTwenty);
    for (const sample of samplesFrom(() => [0.4, 0.6], 2000))
      expect(watch.observe(sample.version === 'v2' ? sampleOf('-') : sample)).toBe(false);
    expect(watch.speaksForOld()).toBe(false);
  });

  test('is not led astray by failures', () => {
    const watch = watchPropagation(allToV1, toTwenty);
    for (let i = 0; i < 20; i++) expect(watch.observe(sampleOf('-'))).toBe(false);
    expect(watch.observe(sampleOf('v2'))).toBe(true);
    expect(watch.report().firstObeying).toEqual({ at: 20, version: 'v2' });
  });
});

test('the most likely course is the best of all courses', () => {
  const chance = fc.record({
    before: fc.double({ min: -5, max: 0, noNaN: true }),
    after: fc.double({ min: -5, max: 0, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(chance, { maxLength: 12 }), (samples) => {
      const logOf = (leaves: number, arrives: number) =>
        samples.reduce(
          (sum, { before, after }, i) => {
            if (i < leaves) return sum + before;
            return sum + (i < arrives ? Math.log((Math.exp(before) + Math.exp(after)) / 2) : after);
          },
          leaves < arrives ? -4 : 0,
        );
      const n = samples.length;
      let best = -Infinity;
      for (let leaves = 0; leaves <= n; leaves++)
        for (let arrives = leaves; arrives <= n; arrives++) best = Math.max(best, logOf(leaves, arrives));
      const { leaves, arrives } = findSwitch(samples);
      expect(logOf(leaves, arrives)).toBeCloseTo(best, 9);
    }),
  );
});

function judgeSamples(samples: Observation[], changes: Partial<JudgeSpec> = {}) {
  const made = judgeAfterChange(specOf(changes), allToV1);
  if ('problem' in made) throw new Error(JSON.stringify(made.problem));
  const used = samples.findIndex((sample) => made.judge.observe(sample)) + 1;
  return { ...made.judge.judgement(), used };
}

describe('a judge after a change', () => {
  test('does not count what came before the change took hold', () => {
    const judgement = judgeSamples(samplesFrom((at) => (at < 300 ? [1, 0] : [0.8, 0.2]), 4000));
    expect(judgement).toMatchObject({ verdict: 'pass', attempt: 1, propagation: { inForce: true } });
    expect(judgement.propagation.waited).toBeGreaterThan(300);
    expect(judgement.used).toBe(judgement.propagation.waited + judgement.samples);
    expect(judgement.alpha).toBeCloseTo(0.0304, 4);
  });

  test('judges again, with less α, what was judged while gateways were out of step', () => {
    const judgement = judgeSamples(
      samplesFrom((at) => (at < 20 ? [1, 0] : at < 800 ? [0.95, 0.05] : [0.8, 0.2]), 8000),
    );
    expect(judgement.verdict).toBe('pass');
    expect(judgement.attempt).toBeGreaterThan(1);
    expect(judgement.alpha).toBeCloseTo(attemptAlpha(0.05, judgement.attempt), 12);
  });

  test('waits for gateways out of step where a single stray connection is a FAIL', () => {
    const made = judgeAfterChange(specOf({ expected: allToV1 }), sharesOf({ v1: 0.4, v2: 0.6 }));
    if ('problem' in made) throw new Error('unexpected');
    const samples = samplesFrom((at) => (at < 100 ? [0.4, 0.6] : at < 600 ? [0.7, 0.3] : [1, 0]), 2000);
    samples.findIndex((sample) => made.judge.observe(sample));
    const { verdict, propagation } = made.judge.judgement();
    expect({ verdict, propagation }).toMatchObject({ verdict: 'pass', propagation: { inForce: true } });
    expect(propagation.lastDisobeying!.at).toBeLessThan(600);
    expect(propagation.mixedMs! / everyMs).toBeGreaterThan(480);
    expect(propagation.mixedMs! / everyMs).toBeLessThan(520);
  });

  test('stands by what came out where the gateways stay out of step', () => {
    const judgement = judgeSamples(
      samplesFrom((at) => (at < 50 ? [1, 0] : [0.9, 0.1]), 6000),
      { budget: 6000 },
    );
    expect(judgement).toMatchObject({ verdict: 'fail', reason: { kind: 'share' }, used: 6000 });
  });

  test('gives up on a split that stays wrong', () => {
    expect(judgeSamples(samplesFrom(() => [0.5, 0.5], 8000))).toMatchObject({ verdict: 'fail', attempt: 5 });
  });

  test('keeps to its budget over waiting and all attempts', () => {
    const waiting = judgeSamples(
      samplesFrom(() => [1, 0], 3000),
      { budget: 1000 },
    );
    expect(waiting).toMatchObject({ verdict: 'inconclusive', attempt: 0, used: 1000, propagation: { inForce: false } });
    const wrong = judgeSamples(
      samplesFrom(() => [0.4, 0.6], 3000),
      { budget: 400 },
    );
    expect(wrong.verdict).toBe('fail');
    expect(wrong.used).toBeLessThanOrEqual(400);
  });

  test('goes on, instead of passing the mean of two splits, where half of the gateways took the change over later', () => {
    const prepared = prepareAfterChange(specOf({ power: 0.999 }), allToV1);
    if ('problem' in prepared) throw new Error('unexpected');
    // Asked 20 after 0, and in truth 30: 15 while half of the gateways have it.
    const ends = Array.from({ length: 60 }, (_, seed) => {
      const judge = prepared.start();
      for (const sample of samplesFrom((at) => (at < 300 ? [0.85, 0.15] : [0.7, 0.3]), 12_000, seed + 1))
        if (judge.observe(sample)) break;
      return judge.end();
    });
    const passed = ends.filter(({ verdict }) => verdict === 'pass');
    expect(passed.length / ends.length).toBeLessThan(0.4);
    expect(Math.max(...ends.map(({ attempt }) => attempt))).toBeGreaterThan(1);
  });

  test('hands a problem on', () => {
    expect(judgeAfterChange(specOf({ alpha: 2 }), allToV1)).toMatchObject({ problem: { field: 'alpha' } });
  });
});
