import { deviance, stirlingError } from './gamma.ts';
import { solveTail } from './quantile.ts';

/**
 * C(n, x) pˣ qⁿ⁻ˣ for real 0 < x < n, 0 < p < 1 and q = 1 − p as a double has it, by Loader's saddle-point expansion.
 * Full relative precision down to the smallest double.
 */
function binomialTerm(x: number, n: number, p: number, q: number): number {
  return Math.exp(binomialExponent(x, n, p, q)) * Math.sqrt(n / (2 * Math.PI * x * (n - x)));
}

/** ln of the same without its square root. */
function binomialExponent(x: number, n: number, p: number, q: number): number {
  // The larger of the two is the one that 1 − p rounded.
  const [restOfP, restOfQ] = p > q ? [1 - p - q, 0] : [0, 1 - q - p];
  const stirling = stirlingError(n) - stirlingError(x) - stirlingError(n - x);
  return stirling - devianceOf(x, n, p, restOfP) - devianceOf(n - x, n, q, restOfQ);
}

/**
 * The deviance of x from n·(share + rest), to first order in what rounding the product loses: far out that is more than
 * 1e-12 of the result.
 */
function devianceOf(x: number, n: number, share: number, rest: number): number {
  const mean = n * share;
  const lost = productError(n, share, mean) + n * rest;
  return deviance(x, mean) + (1 - x / mean) * lost;
}

/** a·b − product, exactly (T. J. Dekker, 1971). */
function productError(a: number, b: number, product: number): number {
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function halves(x: number): [number, number] {
  const shifted = x * 134_217_729;
  const high = shifted - (shifted - x);
  return [high, x - high];
}

/** Regularised incomplete beta Iₓ(a, b): P(B ≤ x) for B ~ Beta(a, b), with a, b > 0. */
export function betaLower(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  return x >= 1 ? 1 : tails(x, 1 - x, a, b).lower;
}

/** 1 − Iₓ(a, b), with its own relative precision far out. */
export function betaUpper(x: number, a: number, b: number): number {
  if (x <= 0) return 1;
  return x >= 1 ? 0 : tails(x, 1 - x, a, b).upper;
}

function tails(x: number, y: number, a: number, b: number): { lower: number; upper: number } {
  if (x < (a + 1) / (a + b + 2)) {
    const lower = (kernel(x, y, a, b) * fraction(x, a, b)) / a;
    return { lower, upper: 1 - lower };
  }
  const upper = (kernel(x, y, a, b) * fraction(y, b, a)) / b;
  return { lower: 1 - upper, upper };
}

/** xᵃ yᵇ / B(a, b), where y = 1 − x. */
function kernel(x: number, y: number, a: number, b: number): number {
  return ((a * b) / (a + b)) * binomialTerm(a, a + b, x, y);
}

/** ln of the same, also where it is below the smallest double. */
function logKernel(x: number, y: number, a: number, b: number): number {
  return binomialExponent(a, a + b, x, y) + 0.5 * Math.log((a * b) / (2 * Math.PI * (a + b)));
}

/**
 * ln of ∫₀ˣ tᵃ⁻¹ (1−t)ᵇ⁻¹ dt / (xᵃ (1−x)ᵇ): the incomplete beta integral by what its integrand is at the end, for 0 < x <
 * 1. The powers cancel on paper, so that nothing underflows and no digits are lost, however large a and b are.
 */
export function logScaledBeta(x: number, a: number, b: number): number {
  const y = 1 - x;
  if (x < (a + 1) / (a + b + 2)) return Math.log(fraction(x, a, b) / a);
  return Math.log1p(-tails(x, y, a, b).upper) - logKernel(x, y, a, b);
}

/** The continued fraction of Iₓ(a, b) (Abramowitz and Stegun 26.5.8) by Lentz's method, for x below the mean. */
function fraction(x: number, a: number, b: number): number {
  const sum = a + b;
  let c = 1;
  let d = 1 / (1 - (sum * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (sum + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

/**
 * The x with Iₓ(a, b) = p.
 * For an x near 1 ask for 1 − betaQuantile(1 − p, b, a) instead, which keeps the digits of 1 − x.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const below = p <= 0.5;
  const tailAt = (x: number) => {
    const inside = Math.min(x, 1 - Number.EPSILON);
    const { lower, upper } = tails(inside, 1 - inside, a, b);
    return { tail: below ? lower : upper, density: kernel(inside, 1 - inside, a, b) / (inside * (1 - inside)) };
  };
  return Math.min(1, solveTail(tailAt, below ? p : 1 - p, a / (a + b), below ? 1 : -1));
}
