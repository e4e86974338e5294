import { describe, expect, it } from 'vitest';
import { connectionsToTell } from '../../src/core/verdict/detectability.ts';

const split = (v1: number, v2: number) => [
  { version: 'v1', weight: v1 },
  { version: 'v2', weight: v2 },
];

describe('connectionsToTell', () => {
  it('is what the likeliest sign takes where a version appears', () => {
    expect(connectionsToTell(split(100, 0), split(80, 20))).toBe(5);
  });

  it('is many where a version goes: its absence has to be believed', () => {
    expect(connectionsToTell(split(80, 20), split(100, 0))).toBe(57);
  });

  it('grows where the shares move by little', () => {
    expect(connectionsToTell(split(80, 20), split(50, 50))).toBe(57);
    expect(connectionsToTell(split(80, 20), split(79, 21))).toBeGreaterThan(20_000);
  });
});
