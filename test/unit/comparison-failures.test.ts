import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareCounters, type CounterWindow } from '../../src/core/comparison/counters.ts';
import { compareFailures, type ComparedOutcome } from '../../src/core/comparison/failures.ts';
import { ShiftError } from '../../src/errors.ts';

const good = (version: 'old' | 'new'): ComparedOutcome => ({ version, failed: false });
const bad = (version: 'old' | 'new' | null): ComparedOutcome => ({ version, failed: true });

/** Blocks of one connection of each, by how they ended. */
function blocks({ alike = 0, worse = 0, better = 0 }): ComparedOutcome[] {
  const repeated = (times: number, block: ComparedOutcome[]) => Array.from({ length: times }, () => block).flat();
  return [
    ...repeated(alike, [good('old'), good('new')]),
    ...repeated(worse, [good('old'), bad('new')]),
    ...repeated(better, [bad('old'), good('new')]),
  ];
}

describe('failures, connection by connection', () => {
  test('pass with the block that proves it, and not before', () => {
    expect(compareFailures(blocks({ alike: 362 }))).toMatchObject({
      verdict: 'inconclusive',
      blocks: 362,
      blocksToPass: 1,
    });
    const passed = compareFailures(blocks({ alike: 363 }));
    expect(passed).toMatchObject({
      verdict: 'pass',
      margin: 0.01,
      alpha: 0.05,
      old: { hits: 0, of: 363 },
      blocksToPass: null,
    });
  });

  test('fail where only new does', () => {
    expect(compareFailures(blocks({ worse: 5 })).verdict).toBe('inconclusive');
    expect(compareFailures(blocks({ worse: 6 }))).toMatchObject({ verdict: 'fail', new: { hits: 6, of: 6 } });
  });

  test('keep the verdict that was proven first', () => {
    expect(compareFailures([...blocks({ alike: 363 }), ...blocks({ worse: 100 })]).verdict).toBe('pass');
    expect(compareFailures([...blocks({ worse: 6 }), ...blocks({ alike: 5000 })]).verdict).toBe('fail');
  });

  test('show an interval of the difference, as wide as is left open', () => {
    const { difference, evidence } = compareFailures(blocks({ alike: 1190, worse: 3, better: 2 }));
    expect(difference.low).toBeCloseTo(-0.006584324322, 11);
    expect(difference.high).toBeCloseTo(0.008896996517, 11);
    expect(evidence.safety).toBeCloseTo(4.639257159145, 10);
    expect(compareFailures([]).difference).toEqual({ low: -1, high: 1 });
  });

  test('take a block to be at least one of each, in the order of their start', () => {
    const four = [bad('old'), good('old'), good('old'), good('old')];
    const compared = compareFailures([...four, bad('new'), good('new'), ...four]);
    // Of the second block, new came first; what has started after it is not complete.
    expect(compared).toMatchObject({ blocks: 2, old: { hits: 2, of: 8 }, new: { hits: 1, of: 2 } });
    expect(compared.evidence).toEqual(
      compareFailures([...four, bad('new'), good('new'), bad('old'), good('old'), good('old')]).evidence,
    );
  });

  test('hold a failure of nobody against new for PASS, and against nobody for FAIL', () => {
    const lost = Array.from({ length: 20 }, () => bad(null));
    const compared = compareFailures(blocks({ alike: 300 }).concat(lost, blocks({ alike: 100 })));
    expect(compared).toMatchObject({
      verdict: 'inconclusive',
      unattributed: 20,
      new: { hits: 0, of: 400 },
      blocks: 400,
    });
    expect(compared.evidence.harm).toBeCloseTo(compareFailures(blocks({ alike: 400 })).evidence.harm, 10);
    expect(compared.evidence.safety).toBeLessThan(compareFailures(blocks({ alike: 400 })).evidence.safety);
    expect(compared.difference.high).toBeGreaterThan(compareFailures(blocks({ alike: 400 })).difference.high);
  });

  test('see the two versions as each other’s mirror', () => {
    const outcomes = fc.array(
      fc.record({ version: fc.constantFrom('old' as const, 'new' as const), failed: fc.boolean() }),
    );
    fc.assert(
      fc.property(outcomes, (connections) => {
        const swapped = connections.map(({ version, failed }) => ({
          version: version === 'old' ? ('new' as const) : ('old' as const),
          failed,
        }));
        const one = compareFailures(connections, { margin: 0 });
        const other = compareFailures(swapped, { margin: 0 });
        expect(one.evidence.harm).toBeCloseTo(other.evidence.safety, 9);
        expect(one.difference.low).toBeCloseTo(-other.difference.high, 10);
        expect(one.difference.low).toBeLessThanOrEqual(one.difference.high);
      }),
    );
  });

  test.each([
    [{ margin: 1 }, 'the margin is 1; it has to lie between 0 and 0.99'],
    [{ margin: Number.NaN }, 'the margin is NaN; it has to lie between 0 and 0.99'],
    [{ alpha: 0 }, 'alpha is 0; it has to lie between 1e-12 and 0.5'],
  ])('refuse %j', (question, message) => {
    expect(() => compareFailures([], question)).toThrow(new ShiftError('usage', message));
  });
});

describe('failures, counted', () => {
  const window = (old: [number, number], fresh: [number, number], unattributed?: number): CounterWindow => ({
    old: { hits: old[0], of: old[1] },
    new: { hits: fresh[0], of: fresh[1] },
    unattributed,
  });
  const repeated = (times: number, one: CounterWindow) => Array.from({ length: times }, () => one);

  test('pass and fail by what the windows before made likely', () => {
    expect(compareCounters(repeated(20, window([1, 950], [0, 50])))).toMatchObject({
      verdict: 'pass',
      windows: 20,
      old: { hits: 20, of: 19_000 },
      new: { hits: 0, of: 1000 },
    });
    expect(compareCounters(repeated(20, window([1, 950], [4, 50])))).toMatchObject({ verdict: 'fail' });
    expect(compareCounters([window([1, 950], [4, 50])]).verdict).toBe('inconclusive');
  });

  test('bet nothing on a window without connections', () => {
    expect(compareCounters(repeated(3, window([0, 0], [0, 0])))).toMatchObject({
      verdict: 'inconclusive',
      evidence: { harm: 0, safety: 0 },
    });
  });

  test('hold a failure of nobody against new for PASS, and against nobody for FAIL', () => {
    const clean = compareCounters(repeated(20, window([1, 950], [0, 50])));
    const lost = compareCounters(repeated(20, window([1, 950], [0, 50], 2)));
    expect(lost).toMatchObject({ verdict: 'inconclusive', unattributed: 40 });
    expect(lost.evidence.harm).toBe(clean.evidence.harm);
    expect(lost.evidence.safety).toBeLessThan(clean.evidence.safety);
  });

  test('stay numbers where nearly everything fails, at any margin', () => {
    const counts = fc
      .integer({ min: 0, max: 1_000_000 })
      .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
    const windows = fc.array(
      fc.tuple(counts, counts).map(([old, fresh]) => window(old, fresh)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(windows, fc.constantFrom(0, 0.01, 0.5, 0.99), (seen, margin) => {
        const { harm, safety } = compareCounters(seen, { margin }).evidence;
        expect([harm, safety].every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test('refuse what is no count', () => {
    const impossible = () => compareCounters([window([3, 2], [0, 1])]);
    expect(impossible).toThrow('a window of the old version says 3 of 2, which is no count');
  });
});
