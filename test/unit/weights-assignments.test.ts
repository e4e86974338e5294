import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPercent, parseAssignments } from '../../src/core/weights/assignments.ts';
import { fraction } from '../../src/core/weights/fraction.ts';
import { refusal } from '../helpers/refusal.ts';

describe('what weight understands', () => {
  test.each([
    ['v2=20', 20, 1],
    ['v2=20%', 20, 1],
    ['v2=0.5', 1, 2],
    ['v2=.5%', 1, 2],
    ['v2=0', 0, 1],
    ['v2=100.000', 100, 1],
  ])('%s', (word, num, den) => {
    expect(parseAssignments([word])).toEqual([{ version: 'v2', percent: fraction(num, den) }]);
  });

  test('several versions, in the order given', () => {
    expect(parseAssignments(['v1=80', 'tcp-echo-v2=20'])).toEqual([
      { version: 'v1', percent: fraction(80) },
      { version: 'tcp-echo-v2', percent: fraction(20) },
    ]);
  });

  test('--all-to is 100 percent', () => {
    expect(parseAssignments([], 'v1')).toEqual([{ version: 'v1', percent: fraction(100) }]);
  });

  test('every percentage with six decimals reads back as written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (millionths) => {
        const percent = fraction(millionths, 1_000_000);
        expect(parseAssignments([`v=${formatPercent(percent)}`])).toEqual([{ version: 'v', percent }]);
      }),
    );
  });
});

/** Whether the words are understood, or refused as a user's mistake is; any other error is a bug. */
function parsesOrRefuses(words: string[]): boolean {
  try {
    return parseAssignments(words).length === words.length;
  } catch {
    return refusal(() => parseAssignments(words)).kind === 'usage';
  }
}

describe('what it refuses, each in one line with a hint', () => {
  test.each<[string[], string]>([
    [[], 'no version was given a weight'],
    [['v2'], '"v2" has no "="'],
    [['=20'], '"=20" names no version before the "="'],
    [['v2='], 'v2= has no percentage after the "="'],
    [['v2=%'], 'v2=%: "%" is not a percentage'],
    [['v2=NaN'], 'v2=NaN: "NaN" is not a percentage'],
    [['v2=1e1'], 'v2=1e1: "1e1" is not a percentage'],
    [['v2=20=3'], 'v2=20=3: "20=3" is not a percentage'],
    [['\n'], 'a share has a character in it that cannot be printed'],
    [[' ='], '" =" names no version: no name has white space in it'],
    [['v2=-1'], 'v2=-1 is negative; a percentage is 0 to 100'],
    [['v2=100.01'], 'v2=100.01 is over 100 percent'],
    [['v2=20', 'v2=30'], 'version v2 is named twice, with 20% and 30%'],
  ])('%j', (words, message) => {
    expect(refusal(() => parseAssignments(words))).toMatchObject({ kind: 'usage', exitCode: 2, message });
  });

  test('a decimal comma, and says to write a point', () => {
    expect(refusal(() => parseAssignments(['v2=0,5'])).hint).toBe('write decimals with a point, for example: v2=0.5');
  });

  test('--all-to together with a percentage, or with no version', () => {
    expect(refusal(() => parseAssignments(['v2=20'], 'v1')).message).toBe('--all-to v1 leaves nothing for v2=20');
    expect(refusal(() => parseAssignments([], '')).message).toBe('--all-to names no version');
  });

  test('any other text gives assignments or one line with a hint, never another error', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }), (words) => {
        expect(parsesOrRefuses(words)).toBe(true);
      }),
    );
  });
});
