import { describe, expect, it } from 'vitest';
import { connectionsToTell, detectChange } from '../../src/core/change-detector.ts';

const split = (v1: number, v2: number) => [
  { version: 'v1', weight: v1 },
  { version: 'v2', weight: v2 },
];

describe('detectChange', () => {
  it('takes the first connection that only the new split allows', () => {
    const detector = detectChange(split(100, 0), split(80, 20));
    expect([detector.observe('v1'), detector.observe('v1'), detector.observe('v2')]).toEqual([false, false, true]);
  });

  it('needs a run of connections without the version that was taken away', () => {
    const detector = detectChange(split(80, 20), split(100, 0));
    const run = Array.from({ length: 31 }, () => detector.observe('v1'));
    expect(run.indexOf(true)).toBe(30);
  });

  it('starts afresh where a connection contradicts the new split', () => {
    const detector = detectChange(split(80, 20), split(100, 0));
    for (let index = 0; index < 30; index++) detector.observe('v1');
    detector.observe('v2');
    expect(detector.observe('v1')).toBe(false);
  });

  it('learns nothing from failures and from versions that neither split names', () => {
    const detector = detectChange(split(100, 0), split(80, 20));
    expect([detector.observe(null), detector.observe('v9')]).toEqual([false, false]);
  });
});

describe('connectionsToTell', () => {
  it('is what the rarest sign takes where a version appears', () => {
    expect(connectionsToTell(split(100, 0), split(80, 20))).toBe(5);
  });

  it('is the length of the run where a version goes', () => {
    expect(connectionsToTell(split(80, 20), split(100, 0))).toBe(31);
  });

  it('grows where the shares move by little', () => {
    expect(connectionsToTell(split(80, 20), split(50, 50))).toBe(31);
    expect(connectionsToTell(split(80, 20), split(79, 21))).toBeGreaterThan(20_000);
  });
});
