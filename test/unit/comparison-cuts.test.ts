import { describe, expect, test } from 'vitest';
import { judgeCuts, type HeldConnections } from '../../src/core/comparison/cuts.ts';

const held = (...cuts: [cut: number, of: number][]): HeldConnections[] => cuts.map(([cut, of]) => ({ held: of, cut }));

describe('where no connection may be cut', () => {
  test('one is a FAIL', () => {
    expect(judgeCuts(held([0, 10], [1, 10]), { ended: false })).toMatchObject({
      verdict: 'fail',
      connections: { hits: 1, of: 20 },
      pods: { hits: 1, of: 2 },
      harm: Infinity,
    });
  });

  test('none is a PASS once the watch is over, and tells how little that proves', () => {
    expect(judgeCuts(held([0, 10], [0, 10]), { ended: false }).verdict).toBe('inconclusive');
    const { verdict, below, belowByPods } = judgeCuts(held([0, 10], [0, 10]));
    expect(verdict).toBe('pass');
    expect(below).toBeCloseTo(0.1391083406683, 12);
    expect(belowByPods).toBeCloseTo(1 - Math.sqrt(0.05), 12);
  });

  test('nothing held proves nothing', () => {
    expect(judgeCuts([])).toMatchObject({ verdict: 'inconclusive', below: 1, pods: { hits: 0, of: 0 } });
  });
});

describe('where a share may be cut', () => {
  test('few enough of many are a PASS', () => {
    expect(judgeCuts(held([0, 150], [0, 148]), { maxShare: 0.01 }).verdict).toBe('inconclusive');
    expect(judgeCuts(held([0, 150], [0, 149]), { maxShare: 0.01 }).verdict).toBe('pass');
    expect(judgeCuts(held([1, 240], [2, 280]), { maxShare: 0.015 }).verdict).toBe('pass');
  });

  test('many are a FAIL before the watch is over', () => {
    expect(judgeCuts(held([1, 10], [2, 10]), { maxShare: 0.01, ended: false })).toMatchObject({
      verdict: 'fail',
      together: false,
    });
  });

  test('a pod that lost all it held is nearer to one observation than to many', () => {
    const herd = judgeCuts(held([50, 50], [0, 50], [0, 50], [0, 50], [0, 50]), { maxShare: 0.1 });
    expect(herd).toMatchObject({
      verdict: 'inconclusive',
      together: true,
      connections: { hits: 50, of: 250 },
      pods: { hits: 1, of: 5 },
    });
    expect(herd.below).toBeCloseTo(0.657408, 5);
    const spread = judgeCuts(held([10, 50], [10, 50], [10, 50], [10, 50], [10, 50]), { maxShare: 0.1 });
    expect(spread).toMatchObject({ verdict: 'fail', together: false });
  });
});

test.each([
  [held([3, 2]), {}, 'a pod of held connections says 3 of 2, which is no count'],
  [[], { maxShare: 0.9 }, 'the share that may be cut is 0.9; it has to lie between 0 and 0.5'],
])('refuses %j, %j', (groups, question, message) => {
  expect(() => judgeCuts(groups, question)).toThrow(message);
});
