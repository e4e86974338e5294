/** ζ(k) − 1 for k = 2, 3, …: the coefficients of ln Γ around 2 (Abramowitz and Stegun 6.1.33). */
const zetaLessOne = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 0.00006124813505870483, 0.00003058823630702049, 0.00001528225940865187,
  0.000007637197637899763, 0.00000381729326499984, 0.000001908212716553939, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.490155482836504e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];

/** 1 − Euler's constant. */
const oneLessEuler = 0.42278433509846713;
const halfLogTwoPi = 0.9189385332046728;

/** Where Stirling's series reaches double precision in seven terms. */
const stirlingFrom = 15;

/**
 * ln Γ(x) for x > 0, to about 1e-15 relative, also near its zeros at 1 and 2.
 * Taylor series around 2, the recurrence below 15, Stirling's series above.
 */
export function logGamma(x: number): number {
  if (x >= stirlingFrom) return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingSeries(x);
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  if (x < 1.5) return logGammaAroundTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let rest = x;
  while (rest >= 2.5) {
    rest -= 1;
    product *= rest;
  }
  return logGammaAroundTwo(rest - 2) + Math.log(product);
}

/** ln Γ(2 + z) for |z| ≤ ½. */
function logGammaAroundTwo(z: number): number {
  let sum = 0;
  for (let i = zetaLessOne.length - 1; i >= 0; i--) {
    const k = i + 2;
    sum = (k % 2 === 0 ? zetaLessOne[i]! : -zetaLessOne[i]!) / k + z * sum;
  }
  return z * (oneLessEuler + z * sum);
}

/** The remainder of Stirling's formula, Σ B₂ₖ / (2k(2k−1) x²ᵏ⁻¹), for x ≥ 15. */
function stirlingSeries(x: number): number {
  const r = 1 / (x * x);
  const tail = 1 / 1260 + r * (-1 / 1680 + r * (1 / 1188 + r * (-691 / 360360 + r * (1 / 156 - (r * 3617) / 122400))));
  return (1 / 12 + r * (-1 / 360 + r * tail)) / x;
}

/** ln n! − ln(√(2πn) (n/e)ⁿ) for real n > 0: what Stirling's formula leaves out. */
export function stirlingError(n: number): number {
  if (n >= stirlingFrom) return stirlingSeries(n);
  return logGamma(n + 1) - (n + 0.5) * Math.log(n) + n - halfLogTwoPi;
}

/**
 * x ln(x/m) + m − x for x ≥ 0 and m > 0, without cancellation where x is near m.
 * C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
 */
export function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.5 * (x + m)) return (x === 0 ? 0 : x * Math.log(x / m)) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    term *= v * v;
    const next = sum + term / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** xᵃ e⁻ˣ / Γ(a + 1) for real a > 0. */
function poissonTerm(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** Regularised lower incomplete gamma P(a, x), for a > 0 and x ≥ 0. */
export function gammaLower(a: number, x: number): number {
  if (x <= 0) return 0;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Regularised upper incomplete gamma Q(a, x), for a > 0 and x ≥ 0; keeps its relative precision far out. */
export function gammaUpper(a: number, x: number): number {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return poissonTerm(a, x) * sum;
}

/** Continued fraction of Q (Abramowitz and Stegun 6.5.31), by Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 100_000; k++) {
    const factor = k * (a - k);
    b += 2;
    d = 1 / (b + factor * d);
    c = b + factor / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return poissonTerm(a, x) * a * value;
}
