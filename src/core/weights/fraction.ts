import { Fraction } from 'fraction.js';

/** An exact rational number in lowest terms, `s`·`n`/`d`; never changed once it is made. */
export type { Fraction };

/** num / den exactly; both are integers. @throws Error where den is 0 */
export function fraction(num: bigint | number, den: bigint | number = 1): Fraction {
  return new Fraction(num, den);
}

export function sum(fractions: readonly Fraction[]): Fraction {
  return fractions.reduce((sum, each) => sum.add(each), fraction(0));
}

/** The least number that every one of the denominators divides. */
export function commonDenominator(fractions: readonly Fraction[]): bigint {
  return fractions.reduce((lcm, { d }) => lcm.lcm(d), fraction(1)).n;
}

/** The fraction that a plain decimal such as `20`, `0.5` or `.5` writes; undefined for any other text. */
export function parseDecimal(text: string): Fraction | undefined {
  const parts = /^(-?)(\d*)(?:\.(\d+))?$/.exec(text);
  if (!parts || !/\d/.test(text)) return undefined;
  const [, sign = '', whole = '', digits = ''] = parts;
  return fraction(BigInt(`${sign}${whole}${digits}`), 10n ** BigInt(digits.length));
}

/**
 * The decimal of a ≥ 0, exact where `places` decimals can tell it, else rounded half up and marked with ≈, or with < where nothing
 * would be left of it.
 */
export function formatDecimal(a: Fraction, places: number): string {
  const scaled = a.mul(10n ** BigInt(places));
  const exact = scaled.d === 1n;
  const rounded = scaled.add(1, 2).floor().n;
  const shown = !exact && rounded === 0n ? 1n : rounded;
  const digits = shown.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const decimals = digits.slice(digits.length - places).replace(/0+$/, '');
  const mark = exact ? '' : rounded === 0n ? '<' : '≈';
  return `${mark}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}
