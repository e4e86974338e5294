import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  commonDenominator,
  compare,
  divide,
  floor,
  formatDecimal,
  fraction,
  multiply,
  parseDecimal,
  subtract,
} from '../../src/core/weights/fraction.ts';

const fractions = fc
  .tuple(fc.bigInt(-1_000_000n, 1_000_000n), fc.bigInt(1n, 1_000_000n))
  .map(([num, den]) => fraction(num, den));

describe('fraction', () => {
  test('is kept in lowest terms with a positive denominator', () => {
    expect(fraction(6, -4)).toEqual({ num: -3n, den: 2n });
    expect(fraction(0, -7)).toEqual({ num: 0n, den: 1n });
    expect(() => fraction(1, 0)).toThrow(RangeError);
  });

  test('subtracting what was added, and dividing by what was multiplied, changes nothing', () => {
    fc.assert(
      fc.property(fractions, fractions, (a, b) => {
        expect(subtract(add(a, b), b)).toEqual(a);
        fc.pre(b.num !== 0n);
        expect(divide(multiply(a, b), b)).toEqual(a);
      }),
    );
  });

  test('floor is the largest integer not above', () => {
    fc.assert(
      fc.property(fractions, (a) => {
        const whole = fraction(floor(a));
        expect(compare(whole, a)).toBeLessThanOrEqual(0);
        expect(compare(add(whole, fraction(1)), a)).toBe(1);
      }),
    );
  });

  test('the common denominator is the least that makes all of them whole', () => {
    expect(commonDenominator([fraction(1, 4), fraction(5, 6), fraction(2)])).toBe(12n);
    expect(commonDenominator([])).toBe(1n);
  });
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
