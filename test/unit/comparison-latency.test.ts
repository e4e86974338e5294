import { describe, expect, test } from 'vitest';
import { compareLatency, type ComparedConnection } from '../../src/core/comparison/latency.ts';
import { compareQuantiles } from '../../src/core/comparison/quantiles.ts';

/** Blocks of one connection of each. */
function pairs(old: readonly (number | null)[], fresh: readonly (number | null)[]): ComparedConnection[] {
  return old.flatMap((latencyMs, i) => [
    { version: 'old' as const, latencyMs },
    { version: 'new' as const, latencyMs: fresh[i]! },
  ]);
}

const sixty = Array.from({ length: 60 }, (_, i) => i + 1);
const old = sixty.map((i) => 10 + ((37 * i) % 60) / 6);
const fresh = sixty.map((i) => 10 + ((23 * i) % 60) / 4);

/** Slow from 12, 15, 18 and 19.5 on, by a warm-up that has these by the factor as its quantiles. */
function slowFromTwelve(factor: number) {
  const limits = [0.2, 0.4, 0.6, 0.9].map((quantile) => ({ quantile, factor }));
  return { warmUp: [12, 15, 18, 19.5].map((value) => value / factor), limits };
}

describe('latency against thresholds', () => {
  test.each([
    [1, 20, 3.466403885438],
    [1, 40, 4.781332661084],
    [1, 60, 6.450688118467],
    [1.2, 60, -2.642949154367],
  ])('%f times as slow, after %i blocks', (factor, blocks, harm) => {
    const compared = compareLatency(pairs(old.slice(0, blocks), fresh.slice(0, blocks)), slowFromTwelve(factor));
    expect(compared.limits.map(({ slowMs }) => slowMs)).toEqual([12, 15, 18, 19.5]);
    expect(compared.harm / harm).toBeCloseTo(1, 11);
  });

  test('fail by all limits together, with the first block that proves it', () => {
    expect(compareLatency(pairs(old, fresh), slowFromTwelve(1))).toMatchObject({ verdict: 'fail', blocks: 60 });
    expect(compareLatency(pairs(old, fresh), slowFromTwelve(1.2)).verdict).toBe('inconclusive');
  });

  test('pass where new is slow less often at every limit, not at some', () => {
    const question = {
      warmUp: old,
      limits: [
        { quantile: 0.5, factor: 1.5 },
        { quantile: 0.9, factor: 1.5 },
      ],
    };
    const thrice = [...old, ...old, ...old];
    const passed = compareLatency(pairs(thrice, thrice), question);
    expect(passed).toMatchObject({ verdict: 'pass', limits: [{ verdict: 'pass' }, { verdict: 'pass' }] });
    const late = thrice.map((value) => (value > 19 ? 40 : value));
    const some = compareLatency(pairs(thrice, late), question);
    expect(some).toMatchObject({ verdict: 'inconclusive', limits: [{ verdict: 'pass' }, { verdict: 'inconclusive' }] });
  });

  test('a failure is slower than everything, and one of nobody is new’s for PASS alone', () => {
    const failing = compareLatency(
      pairs(
        old,
        old.map(() => null),
      ),
      { warmUp: old },
    );
    expect(failing).toMatchObject({ verdict: 'fail', limits: [{ new: { hits: 60, of: 60 } }, {}, {}] });
    const lost: ComparedConnection[] = Array.from({ length: 60 }, () => ({ version: null, latencyMs: null }));
    const clean = compareLatency(pairs(old, old), { warmUp: old });
    const withLost = compareLatency([...lost, ...pairs(old, old)], { warmUp: old });
    expect(withLost).toMatchObject({ unattributed: 60, harm: clean.harm });
    expect(withLost.limits[0]!.evidence.safety).toBeLessThan(clean.limits[0]!.evidence.safety);
  });

  test.each([
    [{ warmUp: [] }, 'the warm-up has no connection to tell what is slow'],
    [
      { warmUp: [1, null], limits: [{ quantile: 0.9, factor: 2 }] },
      '1 of 2 connections of the warm-up failed, so that it has no 0.9 quantile',
    ],
    [{ warmUp: [1], limits: [] }, 'there is no limit to hold the latency to'],
    [
      { warmUp: [1], limits: [{ quantile: 0.5, factor: 0.5 }] },
      'the factor of a limit is 0.5; it has to lie between 1 and 1000',
    ],
    [{ warmUp: [Number.NaN] }, 'a latency is NaN; it has to lie between 0 and Infinity'],
  ])('refuses %j', (question, message) => {
    expect(() => compareLatency([], question)).toThrow(message);
  });
});

describe('quantiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  const median = { quantile: 0.5, factor: 1.2 };

  test('show both with intervals that hold at any time', () => {
    const compared = compareQuantiles({ old: hundred, new: hundred.map((value) => 2 * value) }, median);
    expect(compared).toMatchObject({
      verdict: 'fail',
      old: { connections: 100, observed: 50, interval: { low: 35, high: 66 } },
      new: { connections: 100, observed: 100, interval: { low: 70, high: 132 } },
    });
  });

  test('pass a version that is proven to be quick enough', () => {
    const thousand = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(compareQuantiles({ old: thousand, new: thousand }, median)).toMatchObject({ verdict: 'pass' });
    expect(compareQuantiles({ old: hundred, new: hundred }, median)).toMatchObject({ verdict: 'inconclusive' });
  });

  test('leave open what so few connections, or so many failures, cannot tell', () => {
    expect(compareQuantiles({ old: [], new: [5, null] }, { quantile: 0.99, factor: 2 })).toMatchObject({
      verdict: 'inconclusive',
      old: { connections: 0, observed: NaN, interval: { low: 0, high: Infinity } },
      new: { connections: 2, observed: Infinity, interval: { low: 0, high: Infinity } },
    });
  });
});
