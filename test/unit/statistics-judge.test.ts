import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptAlpha } from '../../src/core/verdict/after-change.ts';
import { judgeCounts } from '../../src/core/verdict/counts.ts';
import type { Judgement } from '../../src/core/verdict/judgement.ts';
import { expectationAt, planSplit } from '../../src/core/verdict/plan.ts';
import { tellingOf } from '../../src/core/verdict/detectability.ts';
import { createJudge, prepareJudge, type Observation } from '../../src/core/verdict/judge.ts';
import { boundariesOf } from '../../src/core/verdict/sequential.ts';
import type { JudgeSpec } from '../../src/core/verdict/spec.ts';
import { dataPlanes } from '../helpers/data-planes.ts';
import { judgeOf, sampleOf, sharesOf, show, showAll, shuffled, specOf } from '../helpers/judges.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

/** Samples of a data plane with these true shares, each version named by its position from 1. */
function* stream(
  plane: keyof typeof dataPlanes,
  shares: readonly number[],
  seed: number,
  count = 5000,
): Generator<Observation> {
  const next = seededRandom(seed);
  const pick = dataPlanes[plane](shares, next);
  for (let i = 0; i < count; i++) yield sampleOf(`v${pick() + 1}`);
}

function verdictOf(observations: Iterable<Observation>, changes: Partial<JudgeSpec> = {}) {
  return showAll(judgeOf(changes), observations).judgement();
}

describe('a sequential judge', () => {
  test('passes a right split, and says with what', () => {
    const judgement = verdictOf(stream('random', [0.8, 0.2], 1));
    expect(judgement).toMatchObject({
      verdict: 'pass',
      final: true,
      reason: { kind: 'within' },
      order: { law: 'random' },
    });
    expect(judgement.samples).toBeLessThan(judgement.budget);
    for (const { interval, share, state } of judgement.versions) {
      expect(state).toBe('within');
      expect(interval.low).toBeLessThan(share);
      expect(interval.high).toBeGreaterThan(share);
    }
    expect(judgement).not.toHaveProperty('needs');
  });

  test('fails a wrong split within a tenth of the fixed sample size', () => {
    const judgement = verdictOf(stream('random', [0.5, 0.5], 2));
    expect(judgement).toMatchObject({ verdict: 'fail', reason: { kind: 'share', version: 'v1', state: 'below' } });
    expect(judgement.versions.map(({ state }) => state)).toEqual(['below', 'above']);
    expect(judgement.samples).toBeLessThan(150);
  });

  test('leaves a split at the edge open, and says what it would take', () => {
    const judgement = verdictOf(stream('random', [0.75, 0.25], 3));
    expect(judgement).toMatchObject({
      verdict: 'inconclusive',
      final: true,
      reason: { kind: 'undecided', versions: ['v1', 'v2'] },
    });
    expect(judgement.samples).toBe(judgement.budget);
    expect(judgement.needs!.samples ?? Infinity).toBeGreaterThan(judgement.budget);
    expect(judgement.needs!.tolerance).toBeGreaterThan(0.05);
  });

  test('passes turns after some twenty-two periods, by their order alone, unless order is not to count', () => {
    const turns = (seed: number) => stream('round-robin', [0.8, 0.2], seed);
    const judgement = verdictOf(turns(4));
    expect(judgement).toMatchObject({ verdict: 'pass', reason: { kind: 'turns' }, samples: 112 });
    const byCounts = verdictOf(turns(4), { turns: false });
    expect(byCounts).toMatchObject({ verdict: 'pass', reason: { kind: 'within' } });
    expect(byCounts.samples).toBeGreaterThan(112);
  });

  test('does not pass turns in other proportions, or that fail', () => {
    expect(verdictOf(stream('round-robin', [0.75, 0.25], 5))).toMatchObject({ verdict: 'inconclusive' });
    expect(verdictOf(stream('round-robin', [0.5, 0.5], 5))).toMatchObject({ verdict: 'fail' });
    const broken = [...stream('round-robin', [0.8, 0.2], 4, 60)];
    broken[7] = sampleOf('-');
    expect(verdictOf(broken)).toMatchObject({ verdict: 'inconclusive', final: false });
  });

  test('takes no verdict from one address that got one version', () => {
    const sticky = () => Array.from({ length: 300 }, () => sampleOf('v1'));
    expect(verdictOf(sticky())).toMatchObject({
      verdict: 'inconclusive',
      final: true,
      reason: { kind: 'sticky', sources: 1 },
    });
  });

  test('does not take a short run of one version for a sticky gateway, where a FAIL is due early', () => {
    const run = [...Array.from({ length: 12 }, () => sampleOf('v1')), ...stream('random', [0.8, 0.2], 8)];
    const judgement = verdictOf(run, { expected: sharesOf({ v1: 0.4, v2: 0.6 }) });
    expect(judgement).toMatchObject({ verdict: 'fail', reason: { kind: 'share', version: 'v1' } });
  });

  test.each([
    [0.2, 0.2],
    [0.5, 0.5],
  ])('ends no FAIL of %d on a few bursts of five equal answers of a true %d', (asked, truth) => {
    const ends = Array.from({ length: 200 }, (_, seed) => {
      const next = seededRandom(seed + 1);
      const bursts = Array.from({ length: 400 }, () => (next() < truth ? 'v2' : 'v1')).flatMap((version) =>
        Array.from({ length: 5 }, () => sampleOf(version)),
      );
      return verdictOf(bursts, { expected: sharesOf({ v1: 1 - asked, v2: asked }) });
    });
    expect(ends.filter(({ verdict }) => verdict === 'fail')).toHaveLength(0);
  });

  test('still fails a gross miss of independent draws as early as before', () => {
    const early = Array.from({ length: 50 }, (_, seed) => verdictOf(stream('random', [0.5, 0.5], seed + 1)));
    expect(early.filter(({ verdict, samples }) => verdict === 'fail' && samples < 60).length).toBeGreaterThan(20);
  });

  test('sees through several addresses that take turns on a sticky gateway', () => {
    const pair = Array.from({ length: 600 }, (_, i) => ({
      ...sampleOf(i % 2 === 0 ? 'v1' : 'v2'),
      source: `127.0.0.${(i % 2) + 2}`,
    }));
    const judgement = verdictOf(pair, { expected: sharesOf({ v1: 0.5, v2: 0.5 }) });
    expect(judgement).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'sticky', sources: 2 } });
  });

  test('reports a drift with its time, and does not average it away', () => {
    const time = (i: number) => new Date(1_700_000_000_000 + i * 100).toISOString();
    const before = [...stream('random', [0.8, 0.2], 6, 300)];
    const after = [...stream('random', [0.4, 0.6], 7, 2000)];
    const samples = [...before, ...after].map((sample, i) => ({ ...sample, time: time(i) }));
    const judgement = verdictOf(samples);
    const { reason } = judgement;
    if (reason.kind !== 'drift') throw new Error(reason.kind);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', final: true });
    expect(Math.abs(reason.at - 300)).toBeLessThan(10);
    expect(reason.time).toBe(time(reason.at));
    expect(reason.before['v2']).toBeCloseTo(0.2, 1);
    expect(reason.after['v2']).toBeGreaterThan(0.5);
  });

  test('seldom passes a step from half to one and a half of what is asked', () => {
    const ends = Array.from({ length: 200 }, (_, seed) => {
      const [before, after] = [stream('random', [0.9, 0.1], seed, 200), stream('random', [0.7, 0.3], seed + 500)];
      return verdictOf([...before, ...after], { power: 0.999 });
    });
    expect(ends.filter(({ verdict }) => verdict === 'pass').length / ends.length).toBeLessThan(0.15);
  });

  test('takes no verdict from clusters', () => {
    const next = seededRandom(8);
    const clusters = Array.from({ length: 200 }, () => {
      const version = next() < 0.2 ? 'v2' : 'v1';
      return Array.from({ length: 10 }, () => sampleOf(version));
    }).flat();
    expect(verdictOf(clusters).verdict).toBe('inconclusive');
  });

  test('holds a PASS back while failures are too many, and fails them when that is proven', () => {
    const { verdict, failures } = verdictOf(shuffled({ v1: 780, v2: 195, '-': 25 }));
    expect(verdict).not.toBe('pass');
    expect(failures.byOutcome).toEqual({ timeout: failures.count });
    expect(verdictOf(shuffled({ v1: 600, v2: 150, '-': 250 }))).toMatchObject({
      verdict: 'fail',
      reason: { kind: 'failures' },
    });
    expect(verdictOf(shuffled({ v1: 3, v2: 1, '-': 1 }), { maxFailureRate: 0 })).toMatchObject({ verdict: 'fail' });
    expect(verdictOf(shuffled({ v1: 797, v2: 199, '-': 4 }))).toMatchObject({
      verdict: 'pass',
      failures: { state: 'acceptable' },
    });
  });

  test('never passes what failures may hide: a version whose connections fail', () => {
    const next = seededRandom(9);
    const half = Array.from({ length: 3000 }, () => sampleOf(next() < 0.8 ? 'v1' : next() < 0.5 ? 'v2' : '-'));
    expect(verdictOf(half, { maxFailureRate: 0.5, budget: 3000 }).verdict).not.toBe('pass');
  });

  test('knows shares of 0 and 1', () => {
    const expected = sharesOf({ v1: 1, v2: 0 });
    const clean = verdictOf(stream('random', [1, 0], 1), { expected, tolerance: 0.01 });
    expect(clean).toMatchObject({ verdict: 'pass', samples: 299 });
    const hit = showAll(show(judgeOf({ expected }), { v1: 20 }), [sampleOf('v2')]).judgement();
    expect(hit).toMatchObject({ verdict: 'fail', samples: 21, reason: { kind: 'hit', version: 'v2' } });
    expect(verdictOf(stream('random', [1], 1), { expected: sharesOf({ v1: 1 }) })).toMatchObject({
      verdict: 'pass',
      samples: 59,
    });
  });

  test('wants one hit where the tolerance reaches below nothing', () => {
    const expected = sharesOf({ v1: 0.99, v2: 0.01 });
    const none = verdictOf(stream('random', [1, 0], 1), { expected, tolerance: 0.02 });
    expect(none).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'undecided' } });
    expect(verdictOf(stream('random', [0.99, 0.01], 1), { expected, tolerance: 0.02 })).toMatchObject({
      verdict: 'pass',
    });
  });

  test('judges three versions, one of them with nothing', () => {
    const expected = sharesOf({ v1: 0.7, v2: 0.3, v3: 0 });
    expect(verdictOf(stream('random', [0.7, 0.3, 0], 3), { expected })).toMatchObject({ verdict: 'pass' });
    expect(verdictOf(stream('round-robin', [0.7, 0.3, 0], 3), { expected })).toMatchObject({
      verdict: 'pass',
      reason: { kind: 'turns' },
      samples: 82,
    });
    expect(verdictOf(stream('random', [0.7, 0.29, 0.01], 3), { expected })).toMatchObject({
      verdict: 'fail',
      reason: { kind: 'hit' },
    });
  });

  test('that is told no more samples come asks what it would ask at the end of its budget', () => {
    const oneVersion = showAll(
      judgeOf(),
      Array.from({ length: 50 }, () => sampleOf('v1')),
    );
    expect(oneVersion.judgement()).toMatchObject({ final: false, reason: { kind: 'undecided' } });
    expect(oneVersion.end()).toMatchObject({ verdict: 'inconclusive', final: false, reason: { kind: 'sticky' } });
    const drifting = showAll(judgeOf({ power: 0.999 }), [
      ...stream('random', [0.9, 0.1], 1, 150),
      ...stream('random', [0.6, 0.4], 3, 70),
    ]);
    expect(drifting.judgement().reason.kind).toBe('undecided');
    expect(drifting.end().reason.kind).toBe('drift');
    const few = showAll(judgeOf(), stream('random', [0.8, 0.2], 1, 100));
    expect(few.end()).toMatchObject({ verdict: 'inconclusive', reason: { kind: 'undecided', versions: ['v1', 'v2'] } });
    expect(few.end().needs).toBeDefined();
    const ended = showAll(judgeOf(), stream('random', [0.8, 0.2], 1));
    expect(ended.end()).toEqual(ended.judgement());
  });

  test('never calls shares right that lie beyond their tolerance, whatever holds their FAIL back', () => {
    const held = fc.record({ v1: fc.integer({ min: 0, max: 59 }), v2: fc.integer({ min: 0, max: 59 }), seed: seeds });
    fc.assert(
      fc.property(held, ({ v1, v2, seed }) => {
        const judge = showAll(judgeOf(), shuffled({ v1, v2 }, seed).slice(0, 59));
        const open = [judge.judgement(), judge.end()].filter(({ reason }) => reason.kind === 'failures-undecided');
        for (const { versions } of open) expect(versions.map(({ state }) => state)).toEqual(['within', 'within']);
      }),
      { numRuns: 60 },
    );
  });

  test('looks at nothing after its judgement', () => {
    const judge = judgeOf();
    showAll(judge, stream('random', [0.8, 0.2], 1));
    const before = judge.judgement();
    expect(judge.observe(sampleOf('v2'))).toBe(true);
    expect(judge.judgement()).toEqual(before);
  });

  test('refuses a budget that can never decide', () => {
    expect(createJudge(specOf({ budget: 100 }))).toMatchObject({
      problem: { field: 'budget', asked: 100, least: 199 },
    });
  });
});

const shares = fc.constantFrom([0.8, 0.2], [0.75, 0.25], [0.5, 0.5], [0.9, 0.1], [0.98, 0.02]);
const planes = fc.constantFrom<(keyof typeof dataPlanes)[]>('random', 'round-robin', 'sticky');
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const methods = fc.constantFrom<JudgeSpec['method'][]>('sequential', 'fixed');
const streams = fc.record({ plane: planes, seed: seeds, rate: fc.constantFrom(0, 0.005, 0.05) });

/** A stream in which some connections fail. */
function* withFailures(observations: Iterable<Observation>, rate: number, seed: number): Generator<Observation> {
  const next = seededRandom(seed + 1);
  for (const observation of observations) yield next() < rate ? sampleOf('-') : observation;
}

function judgedCounts(counts: Record<string, number>, changes: Partial<JudgeSpec> = {}): Judgement {
  const judged = judgeCounts(specOf(changes), new Map(Object.entries(counts)));
  if ('problem' in judged) throw new Error(JSON.stringify(judged.problem));
  return judged.judgement;
}

const mirrorOf = { above: 'below', below: 'above', within: 'within', undecided: 'undecided', hit: 'below' };

describe('laws of a judge', () => {
  test('the verdict does not depend on how looks are batched', () => {
    fc.assert(
      fc.property(shares, planes, seeds, fc.integer({ min: 1, max: 400 }), (shares, plane, seed, batch) => {
        const samples = [...stream(plane, shares, seed, 1500)];
        const oneByOne = verdictOf(samples);
        const judge = judgeOf();
        for (let i = 0; i < samples.length; i += batch) showAll(judge, samples.slice(i, i + batch));
        expect(judge.judgement()).toEqual(oneByOne);
      }),
      { numRuns: 15 },
    );
  });

  test('counts alone prove what the same connections prove one by one, where their order gives no doubt', () => {
    const counts = fc.tuple(fc.integer({ min: 0, max: 694 }), fc.integer({ min: 0, max: 20 }), seeds);
    let compared = 0;
    fc.assert(
      fc.property(counts, ([v2, stranger, seed]) => {
        const of = { v2, stranger, v1: 714 - v2 - stranger };
        const oneByOne = verdictOf(shuffled(of, seed), { method: 'fixed', budget: 714 });
        if (['drift', 'sticky', 'clustered'].includes(oneByOne.reason.kind)) return;
        compared += 1;
        const { order: _, ...judged } = oneByOne;
        expect(judgedCounts(of)).toMatchObject(judged);
      }),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(30);
  });

  test('a million connections are judged by their counts', () => {
    expect(judgedCounts({ v1: 800_300, v2: 199_700 })).toMatchObject({ verdict: 'pass', samples: 1_000_000 });
    expect(judgedCounts({ v1: 740_000, v2: 260_000 })).toMatchObject({ verdict: 'fail', reason: { version: 'v1' } });
  });

  test('counts of a version that is to get nothing fail, and too few of all are a problem', () => {
    const expected = sharesOf({ v1: 1, v2: 0 });
    expect(judgedCounts({ v1: 10_000, v2: 1 }, { expected })).toMatchObject({ reason: { kind: 'hit', version: 'v2' } });
    expect(judgeCounts(specOf(), sharesOf({ v1: 0, v2: 0 }))).toMatchObject({ problem: { field: 'budget', asked: 0 } });
  });

  test('judges that share their preparation do not share a memory', () => {
    fc.assert(
      fc.property(shares, planes, seeds, (shares, plane, seed) => {
        const prepared = prepareJudge(specOf());
        if ('problem' in prepared) throw new Error('unexpected');
        const first = showAll(prepared.start(), stream(plane, shares, seed)).judgement();
        const second = showAll(prepared.start(), stream(plane, shares, seed)).judgement();
        expect(second).toEqual(first);
        expect(verdictOf(stream(plane, shares, seed))).toEqual(first);
      }),
      { numRuns: 10 },
    );
  });

  test('permuting the versions permutes the answer', () => {
    const splits = fc.constantFrom([0.5, 0.3, 0.2], [0.6, 0.4, 0], [0.7, 0.15, 0.15]);
    fc.assert(
      fc.property(splits, streams, methods, (split, { plane, seed, rate }, method) => {
        const names = ['v1', 'v2', 'v3'];
        const order = [2, 0, 1];
        const spec = (at: number[]) => ({
          method,
          tolerance: 0.1,
          maxFailureRate: 0.02,
          expected: new Map(at.map((i) => [names[i]!, split[i]!])),
        });
        const samples = [...withFailures(stream(plane, split, seed, 1000), rate, seed)];
        const straight = verdictOf(samples, spec([0, 1, 2]));
        const permuted = verdictOf(samples, spec(order));
        expect(permuted.verdict).toBe(straight.verdict);
        expect(permuted.samples).toBe(straight.samples);
        expect(permuted.versions).toEqual(order.map((i) => straight.versions[i]));
      }),
      { numRuns: 15 },
    );
  });

  test('two versions mirror each other: never one within and the other beyond', () => {
    fc.assert(
      fc.property(shares, streams, (shares, { plane, seed, rate }) => {
        const samples = withFailures(stream(plane, shares, seed, 2000), rate, seed);
        const { versions } = verdictOf(samples);
        const [first, second] = versions.map(({ state }) => state);
        expect(second).toBe(mirrorOf[first!]);
      }),
      { numRuns: 25 },
    );
  });

  test('PASS and FAIL are never both: no count that passes lies beyond a boundary for FAIL', () => {
    const questions = fc.record({
      v2: fc.constantFrom(0, 0.01, 0.05, 0.2, 0.5, 0.9, 1),
      tolerance: fc.double({ min: 0.04, max: 0.3, noNaN: true }),
      alpha: fc.constantFrom(0.1, 0.05, 0.01),
      power: fc.constantFrom(0.9, 0.999),
      budget: fc.constantFrom(undefined, 400, 3000),
    });
    fc.assert(
      fc.property(questions, ({ v2, budget, ...asked }) => {
        const expected = sharesOf({ v1: 1 - v2, v2 });
        const both = boundariesOf(specOf({ expected, ...asked, ...(budget === undefined ? {} : { budget }) }));
        for (const { region, horizon, failLow, failHigh } of both) {
          for (let n = 1; n <= horizon; n++) {
            const { low, high } = region(n);
            expect(low > high || (failLow(n) < low && high < failHigh(n))).toBe(true);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('more tolerance never turns a PASS into a FAIL on the same samples', () => {
    const tolerances = fc.tuple(
      fc.double({ min: 0.04, max: 0.12, noNaN: true }),
      fc.double({ min: 0, max: 0.2, noNaN: true }),
    );
    fc.assert(
      fc.property(shares, streams, methods, tolerances, (shares, { plane, seed }, method, [narrow, more]) => {
        const samples = [...stream(plane, shares, seed, 3000)];
        const strict = verdictOf(samples, { method, tolerance: narrow });
        const same = samples.slice(0, strict.samples);
        const loose = verdictOf(same, { method, tolerance: narrow + more });
        expect([strict.verdict, loose.verdict]).not.toEqual(['pass', 'fail']);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the plan', () => {
  test('of .20 ± .05 meets its targets exactly: 75 % of the fixed size where right, 90 % at .30, 12 % at .50, α at the edges', () => {
    const spec = specOf();
    const planned = planSplit(spec);
    if ('problem' in planned) throw new Error('unexpected');
    const { plan } = planned;
    expect(plan.fixed.samples).toBe(714);
    expect(plan.right.mean).toBeLessThan(0.75 * 714);
    expect(plan.right.pass).toBeGreaterThanOrEqual(0.9);
    expect(plan.floor).toBeLessThan(plan.right.mean);
    for (const { pass, fail } of plan.edges) {
      expect(pass).toBeLessThanOrEqual(0.05);
      expect(fail).toBeLessThanOrEqual(0.05);
    }
    const [, v2] = boundariesOf({ ...spec, budget: 2000 });
    const at = (share: number) => expectationAt(share, v2!, 2000);
    expect(at(0.3)).toMatchObject({ pass: expect.closeTo(0, 4) });
    expect(at(0.3).mean).toBeLessThan(0.72 * 714);
    expect(at(0.5).mean).toBeLessThan(0.12 * 714);
  });

  test('of two versions is one question, whether points or parts of their shares are allowed', () => {
    const failing = (tolerance: JudgeSpec['tolerance']) => boundariesOf(specOf({ tolerance }))[1]!;
    const [points, parts] = [failing(0.05), failing(sharesOf({ v1: 0.2, v2: 0.05 }))];
    for (let n = 1; n < 1500; n++) {
      expect(parts.failHigh(n)).toBe(points.failHigh(n));
      expect(parts.failLow(n)).toBe(points.failLow(n));
    }
  });

  test('agrees with simulation within its binomial band', () => {
    const spec = specOf({ tolerance: 0.1 });
    const planned = planSplit(spec);
    const prepared = prepareJudge(spec);
    if ('problem' in planned || 'problem' in prepared) throw new Error('unexpected');
    const runs = 300;
    for (const { share, pass, fail, mean } of [planned.plan.right, ...planned.plan.edges]) {
      const ends = Array.from({ length: runs }, (_, i) =>
        showAll(prepared.start(), stream('random', [share, 1 - share], i + 1, 400)).judgement(),
      );
      const rate = (verdict: string) => ends.filter((end) => end.verdict === verdict).length / runs;
      const band = (p: number) => 4 * Math.sqrt((p * (1 - p)) / runs) + 0.004;
      expect(Math.abs(rate('pass') - pass)).toBeLessThan(band(pass));
      expect(Math.abs(rate('fail') - fail)).toBeLessThan(band(fail));
      const simulated = ends.reduce((sum, { samples }) => sum + samples, 0) / runs;
      expect(Math.abs(simulated / mean - 1)).toBeLessThan(0.05);
    }
  });

  test('of a large problem comes from a small one of the same shape', () => {
    const planned = planSplit(specOf({ tolerance: 0.006, budget: 150_000 }));
    if ('problem' in planned) throw new Error('unexpected');
    const { plan } = planned;
    expect(plan.exact).toBe(false);
    expect(plan.right.mean / plan.fixed.samples).toBeGreaterThan(0.7);
    expect(plan.right.mean / plan.fixed.samples).toBeLessThan(0.95);
    for (const { share, pass } of plan.edges) {
      expect(Math.abs(share - plan.share)).toBeCloseTo(0.006, 12);
      expect(pass).toBeLessThanOrEqual(0.05);
    }
  });

  test('says what a look at 20 lines can tell', () => {
    const asked = { version: 'v2', share: 0.2, tolerance: 0.05 };
    const telling = tellingOf(20, asked, 0.05);
    expect(telling.unseen).toBeCloseTo(0.0115, 4);
    expect(telling.tolerance).toBeGreaterThan(0.15);
    expect(telling.missed).toBeGreaterThan(0.4);
    expect(tellingOf(1, asked, 0.05).tolerance).toBeNull();
  });

  test('spends α over attempts so that all of them together keep to it', () => {
    const spent = Array.from({ length: 100_000 }, (_, i) => attemptAlpha(0.05, i + 1)).reduce((a, b) => a + b);
    expect(spent).toBeLessThanOrEqual(0.05);
    expect(spent).toBeGreaterThan(0.0499);
  });

  test('names a problem instead of a plan', () => {
    expect(planSplit(specOf({ alpha: 1 }))).toMatchObject({ problem: { field: 'alpha' } });
  });
});
