/** An exact rational number in lowest terms; the denominator is positive. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** num / den in lowest terms. @throws RangeError where den is 0 */
export function fraction(num: bigint | number, den: bigint | number = 1): Fraction {
  const [n, d] = [BigInt(num), BigInt(den)];
  if (d === 0n) throw new RangeError(`${n}/0 is not a number`);
  const divisor = gcd(n, d) * (d < 0n ? -1n : 1n);
  return { num: n / divisor, den: d / divisor };
}

export const zero = fraction(0);

export function add(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den - b.num * a.den, a.den * b.den);
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.num, a.den * b.den);
}

export function divide(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den, a.den * b.num);
}

/** Negative, 0 or positive as a is below, equal to or above b. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : Number(difference > 0n);
}

export function sum(fractions: readonly Fraction[]): Fraction {
  return fractions.reduce(add, zero);
}

/** The largest integer that is not above a. */
export function floor(a: Fraction): bigint {
  const quotient = a.num / a.den;
  return a.num < 0n && quotient * a.den !== a.num ? quotient - 1n : quotient;
}

/** The least number that every one of the denominators divides. */
export function commonDenominator(fractions: readonly Fraction[]): bigint {
  return fractions.reduce((lcm, { den }) => (lcm / gcd(lcm, den)) * den, 1n);
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
  const scaled = multiply(a, fraction(10n ** BigInt(places)));
  const exact = scaled.den === 1n;
  const rounded = floor(add(scaled, fraction(1, 2)));
  const shown = !exact && rounded === 0n ? 1n : rounded;
  const digits = shown.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const decimals = digits.slice(digits.length - places).replace(/0+$/, '');
  const mark = exact ? '' : rounded === 0n ? '<' : '≈';
  return `${mark}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}
