import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonDenominator, formatDecimal, fraction, parseDecimal } from '../../src/core/weights/fraction.ts';

test('the common denominator is the least that makes all of them whole', () => {
  expect(commonDenominator([fraction(1, 4), fraction(5, 6), fraction(2)])).toBe(12n);
  expect(commonDenominator([])).toBe(1n);
});

describe('decimals', () => {
  test.each([
    ['20', 20, 1],
    ['0.5', 1, 2],
    ['.25', 1, 4],
    ['-0.5', -1, 2],
    ['007', 7, 1],
    ['33.333', 33333, 1000],
  ])('%s is read exactly', (text, num, den) => {
    expect(parseDecimal(text)).toEqual(fraction(num, den));
  });

  test.each([
    '',
    '.',
    '-',
    '1.',
    '1e2',
    '+1',
    'NaN',
    'Infinity',
    '0x10',
    '1/3',
    ' 1',
    '1 ',
    '1_0',
    '٣',
    '--1',
    '1.2.3',
  ])('"%s" is no decimal', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test('what six decimals can tell is written exactly and reads back', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 100_000_000n), (millionths) => {
        const value = fraction(millionths, 1_000_000n);
        expect(parseDecimal(formatDecimal(value, 6))).toEqual(value);
      }),
    );
  });

  test('what they cannot tell is rounded half up and marked', () => {
    expect(formatDecimal(fraction(100, 3), 6)).toBe('≈33.333333');
    expect(formatDecimal(fraction(200, 3), 6)).toBe('≈66.666667');
    expect(formatDecimal(fraction(1, 2_000_000), 6)).toBe('≈0.000001');
    expect(formatDecimal(fraction(1, 3_000_000), 6)).toBe('<0.000001');
  });
});
