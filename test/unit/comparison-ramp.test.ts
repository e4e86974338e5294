import { describe, expect, test } from 'vitest';
import type { ComparedConnection } from '../../src/core/comparison/latency.ts';
import { judgeRamp, rampGate, type RampStep } from '../../src/core/comparison/ramp.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

/** So many blocks of one connection of each, alike but for what new does. */
function blocks(times: number, next: () => number, ofNew: (latencyMs: number) => number | null): ComparedConnection[] {
  const latency = () => 10 + 10 * next();
  return Array.from({ length: times }, () => [
    { version: 'old' as const, latencyMs: latency() },
    { version: 'new' as const, latencyMs: ofNew(latency()) },
  ]).flat();
}

const steady = (times: number, seed: number) => blocks(times, seededRandom(seed), (latency) => latency);
const warmUp = Array.from({ length: 200 }, (_, i) => 10 + i / 20);
const question = { latency: { warmUp, limits: [{ quantile: 0.5, factor: 1.2 }] }, maxCutShare: 0 };
const held = [{ held: 20, cut: 0 }];

function judge(...steps: RampStep[]) {
  const { verdict, steps: judged } = judgeRamp(steps, question);
  return [verdict, ...judged.map((step) => step.verdict)];
}

describe('a ramp', () => {
  test('passes where every step proves every metric by itself', () => {
    expect(judge({ connections: steady(700, 1), held }, { connections: steady(700, 2), held })).toEqual([
      'pass',
      'pass',
      'pass',
    ]);
  });

  test('stays open where a step proves one metric less, whatever the steps before proved', () => {
    const good = { connections: steady(700, 1), held };
    expect(judge(good, { connections: steady(100, 2), held })).toEqual(['inconclusive', 'pass', 'inconclusive']);
    expect(judge(good, { connections: steady(700, 2) })).toEqual(['inconclusive', 'pass', 'inconclusive']);
    expect(judge()).toEqual(['inconclusive']);
  });

  test('fails with the step in which a good version turns bad, and judges none after it', () => {
    const good = { connections: steady(700, 1), held };
    const failing = { connections: blocks(100, seededRandom(3), () => null), held };
    expect(judge(good, good, failing, good)).toEqual(['fail', 'pass', 'pass', 'fail']);
    const slow = { connections: blocks(300, seededRandom(4), (latency) => 3 * latency), held };
    expect(judge(good, slow)).toEqual(['fail', 'pass', 'fail']);
    const cutting = { connections: steady(700, 1), held: [{ held: 20, cut: 1 }] };
    expect(judge(good, cutting)).toEqual(['fail', 'pass', 'fail']);
  });

  test('fails for what many steps prove together and none alone', () => {
    const connections = blocks(30, seededRandom(1), (latency) => (latency < 10.7 ? null : latency));
    const { verdict, steps: judged } = judgeRamp(Array.from({ length: 30 }, () => ({ connections })));
    expect(verdict).toBe('fail');
    expect(judged.every(({ failures }) => failures.verdict !== 'fail')).toBe(true);
    expect(judged.length).toBeGreaterThan(2);
  });

  test('has failed for good, whatever comes after', () => {
    const ramp = rampGate({ maxCutShare: 0 });
    expect(ramp.nextStep().watch([{ held: 20, cut: 1 }])).toBe(true);
    const step = ramp.nextStep();
    for (const connection of steady(400, 1)) step.observe(connection);
    step.watch(held);
    expect(step.judgement(true)).toMatchObject({
      verdict: 'fail',
      failures: { verdict: 'pass' },
      cuts: { verdict: 'pass' },
    });
  });

  test.each([
    [{ margin: 1 }, 'the margin is 1; it has to lie between 0 and 0.99'],
    [{ alpha: 1 }, 'alpha is 1; it has to lie between 1e-12 and 0.5'],
    [{ maxCutShare: 0.7 }, 'the share that may be cut is 0.7; it has to lie between 0 and 0.5'],
    [{ latency: { warmUp: [] } }, 'the warm-up has no connection to tell what is slow'],
  ])('refuses %j before its first step', (impossible, message) => {
    expect(() => rampGate(impossible)).toThrow(message);
  });

  test('looks at no metric that is not asked for', () => {
    const { verdict, steps } = judgeRamp([{ connections: steady(400, 1) }]);
    expect(verdict).toBe('pass');
    expect(Object.keys(steps[0]!)).toEqual(['verdict', 'failures', 'harm']);
  });
});
