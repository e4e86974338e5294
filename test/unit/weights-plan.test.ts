import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAssignments } from '../../src/core/weights/assignments.ts';
import type { Fraction } from '../../src/core/weights/fraction.ts';
import { fraction, sum } from '../../src/core/weights/fraction.ts';
import type { Split } from '../../src/core/weights/split.ts';
import { shares } from '../../src/core/weights/split.ts';
import type { WeightLimits } from '../../src/core/weights/plan.ts';
import { planWeights } from '../../src/core/weights/plan.ts';
import { refusal } from '../helpers/refusal.ts';

const limits: WeightLimits = { maxWeight: 1_000_000, maxSum: 16_000_000, maxBackends: 16 };

function split(weights: Record<string, number>): Split {
  return Object.entries(weights).map(([version, weight]) => ({ version, weight }));
}

function planned(current: Record<string, number>, ...words: string[]) {
  const plan = planWeights(split(current), parseAssignments(words), limits);
  return Object.fromEntries(plan.after.map(({ version, weight }) => [version, weight]));
}

describe('the plan of a shift', () => {
  test.each<[Record<string, number>, string[], Record<string, number>]>([
    [{ v1: 100, v2: 0 }, ['v2=20'], { v1: 80, v2: 20 }],
    [{ v1: 1, v2: 1 }, ['v2=20'], { v1: 80, v2: 20 }],
    [{ v1: 80, v2: 20 }, ['v1=100'], { v1: 100, v2: 0 }],
    [{ v1: 100, v2: 0 }, ['v1=0'], { v1: 0, v2: 100 }],
    [{ v1: 0, v2: 0 }, ['v2=20'], { v1: 80, v2: 20 }],
    [{ v1: 80, v2: 20 }, ['v2=0.5'], { v1: 199, v2: 1 }],
    [{ v1: 80, v2: 20 }, ['v2=99.5%'], { v1: 1, v2: 199 }],
    [{ v1: 80, v2: 20 }, ['v1=33.3', 'v2=66.7'], { v1: 333, v2: 667 }],
    [{ v1: 80, v2: 20, v3: 0 }, ['v3=10'], { v1: 72, v2: 18, v3: 10 }],
    [{ v1: 1, v2: 2, v3: 0 }, ['v3=20'], { v1: 4, v2: 8, v3: 3 }],
    [{ v1: 1, v2: 1, v3: 1 }, ['v1=100'], { v1: 100, v2: 0, v3: 0 }],
    [{ v1: 50, v2: 50, v3: 0 }, ['v1=0', 'v2=40'], { v1: 0, v2: 40, v3: 60 }],
    [{ only: 7 }, ['only=100'], { only: 100 }],
  ])('%j, %j → %j', (current, words, after) => {
    expect(planned(current, ...words)).toEqual(after);
  });

  test.each<[Record<string, number>, string[], string, string]>([
    [{ v1: 1, v2: 0 }, ['v3=20'], 'the route has no version v3; it has v1, v2', 'name one of: v1, v2'],
    [
      { v1: 1, v2: 0 },
      ['v1=80', 'v2=19'],
      'every version is named, and the percentages sum to 99%',
      'make them sum to 100%, or leave one out: it gets the rest',
    ],
    [{ v1: 1 }, ['v1=50'], 'every version is named, and the percentages sum to 50%', 'give it 100%'],
    [
      { v1: 1, v2: 0, v3: 0 },
      ['v1=80', 'v2=20.5'],
      'the percentages sum to 100.5%, over 100%',
      'lower them to 100% in all',
    ],
    [
      { v1: 100, v2: 0, v3: 0 },
      ['v1=80'],
      '20% is left, and v2, v3 all have 0 now',
      'say who gets it, for example: v2=20%',
    ],
  ])('%j, %j is refused', (current, words, message, hint) => {
    const error = refusal(() => planWeights(split(current), parseAssignments(words), limits));
    expect(error).toMatchObject({ kind: 'usage', message, hint });
  });

  test('a version that two names meant is refused once they are resolved', () => {
    const twice = [
      { version: 'v2', percent: fraction(20) },
      { version: 'v2', percent: fraction(30) },
    ];
    expect(refusal(() => planWeights(split({ v1: 1, v2: 1 }), twice, limits)).message).toBe(
      'version v2 is named twice, with 20% and 30%',
    );
  });

  test('more backends than the API takes are refused', () => {
    const many = split(Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`v${index}`, 1])));
    const error = refusal(() => planWeights(many, parseAssignments(['v0=100']), limits));
    expect(error.message).toBe('the route has 17 backends; it can have 16');
  });

  test('an all-zero plan cannot come out: at least one weight is above 0', () => {
    expect(refusal(() => planned({ v1: 1, v2: 1 }, 'v1=0', 'v2=0')).message).toBe(
      'every version is named, and the percentages sum to 0%',
    );
  });
});

describe('shares that no weights within the limits can give', () => {
  test('are rounded at the limit, and the plan says so', () => {
    const plan = planWeights(split({ v1: 1, v2: 0 }), parseAssignments(['v2=33.3333333']), limits);
    expect(plan.after).toEqual(split({ v1: 666_667, v2: 333_333 }));
    expect(plan.rounded.map(({ version }) => version)).toEqual(['v1', 'v2']);
    expect(plan.rounded[1]).toMatchObject({
      asked: fraction(333_333_333, 10_000_000),
      given: fraction(333_333, 10_000),
    });
  });

  test('never lose a version that was to get something', () => {
    const plan = planWeights(split({ v1: 1, v2: 0 }), parseAssignments(['v2=0.0000001']), limits);
    expect(plan.after).toEqual(split({ v1: 999_999, v2: 1 }));
  });

  test('go to the largest remainders first', () => {
    const small: WeightLimits = { maxWeight: 10, maxSum: 10, maxBackends: 16 };
    const plan = planWeights(split({ a: 0, b: 0, c: 0 }), parseAssignments(['a=41', 'b=27', 'c=32']), small);
    expect(plan.after).toEqual(split({ a: 4, b: 3, c: 3 }));
  });

  test('respect a limit on the sum', () => {
    const tight: WeightLimits = { maxWeight: 100, maxSum: 100, maxBackends: 16 };
    const plan = planWeights(split({ a: 1, b: 1 }), parseAssignments(['a=49.5']), tight);
    expect(plan.after.reduce((total, { weight }) => total + weight, 0)).toBe(100);
    expect(plan.rounded).toHaveLength(2);
  });
});

/** A route with K versions, and percentages in units of 100/denominator for the first N of them. */
const cases = fc
  .record({
    weights: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })), {
      minLength: 1,
      maxLength: 16,
    }),
    denominator: fc.constantFrom(1n, 3n, 7n, 10n, 1000n, 10_000_000n),
    cuts: fc.array(fc.bigInt(0n, 1_000_000_000n), { maxLength: 16 }),
    everyone: fc.boolean(),
  })
  .map(({ weights, denominator, cuts, everyone }) => {
    const current = weights.map((weight, index) => ({ version: `v${index}`, weight }));
    const whole = 100n * denominator;
    const named = current.slice(0, everyone ? current.length : cuts.length);
    let left = whole;
    const assignments = named.map(({ version }, index) => {
      const last = index === current.length - 1;
      const units = last ? left : (cuts[index] ?? 0n) % (left + 1n);
      left -= units;
      return { version, percent: fraction(units, denominator) };
    });
    return { current, assignments };
  })
  .filter(({ current, assignments }) => {
    const rest = fraction(100).sub(sum(assignments.map(({ percent }) => percent)));
    const others = current.slice(assignments.length);
    return rest.n === 0n || others.length === 1 || others.some(({ weight }) => weight > 0);
  });

function percentsOf(plan: Split): Fraction[] {
  const total = plan.reduce((total, { weight }) => total + weight, 0);
  return plan.map(({ weight }) => fraction(100 * weight, total));
}

function askedOf(current: Split, assignments: readonly { version: string; percent: Fraction }[]): Fraction[] {
  const others = current.slice(assignments.length);
  const rest = fraction(100).sub(sum(assignments.map(({ percent }) => percent)));
  const total = others.reduce((total, { weight }) => total + weight, 0);
  const ofOthers = others.map(({ weight }) =>
    others.length === 1 ? rest : rest.mul(total === 0 ? fraction(0) : fraction(weight, total)),
  );
  return [...assignments.map(({ percent }) => percent), ...ofOthers];
}

describe('laws of the plan', () => {
  test('weights are integers within the limits; order and number of versions stay', () => {
    fc.assert(
      fc.property(cases, ({ current, assignments }) => {
        const { before, after } = planWeights(current, assignments, limits);
        expect(before).toEqual(current);
        expect(after.map(({ version }) => version)).toEqual(current.map(({ version }) => version));
        for (const { weight } of after) {
          expect(Number.isInteger(weight) && weight >= 0 && weight <= limits.maxWeight).toBe(true);
        }
        expect([...shares(after).values()].reduce((total, share) => total + share, 0)).toBeCloseTo(1, 12);
      }),
      { numRuns: 500 },
    );
  });

  test('where nothing was rounded, the shares are exactly what was asked; else each is within one part of the limit', () => {
    fc.assert(
      fc.property(cases, ({ current, assignments }) => {
        const { after, rounded } = planWeights(current, assignments, limits);
        const [asked, given] = [askedOf(current, assignments), percentsOf(after)];
        const part = fraction(rounded.length === 0 ? 0 : 100 * current.length, limits.maxWeight);
        for (const [index, percent] of given.entries()) {
          expect(percent.compare(asked[index]!.sub(part))).toBeGreaterThanOrEqual(0);
          expect(percent.compare(asked[index]!.add(part))).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a version gets 0 exactly where 0 was asked', () => {
    fc.assert(
      fc.property(cases, ({ current, assignments }) => {
        const { after } = planWeights(current, assignments, limits);
        const asked = askedOf(current, assignments);
        expect(after.map(({ weight }) => weight === 0)).toEqual(asked.map(({ n }) => n === 0n));
      }),
      { numRuns: 500 },
    );
  });

  test('asking the same again changes nothing', () => {
    fc.assert(
      fc.property(cases, ({ current, assignments }) => {
        fc.pre(assignments.length > 0);
        const once = planWeights(current, assignments, limits);
        const others = current.slice(assignments.length);
        fc.pre(once.rounded.length === 0);
        fc.pre(others.length < 2 || once.after.slice(assignments.length).some(({ weight }) => weight > 0));
        expect(planWeights(once.after, assignments, limits).after).toEqual(once.after);
      }),
    );
  });

  test('versions that change places keep their weights', () => {
    fc.assert(
      fc.property(cases, ({ current, assignments }) => {
        const plan = planWeights(current, assignments, limits);
        fc.pre(plan.rounded.length === 0);
        const turned = planWeights(current.toReversed(), assignments.toReversed(), limits);
        expect(turned.after).toEqual(plan.after.toReversed());
      }),
    );
  });

  test('weights sum to 100 where every percentage is whole, and are otherwise in lowest terms', () => {
    fc.assert(
      fc.property(cases, ({ current, assignments }) => {
        const { after, rounded } = planWeights(current, assignments, limits);
        fc.pre(rounded.length === 0);
        const weights = after.map(({ weight }) => weight);
        const whole = askedOf(current, assignments).every(({ d }) => d === 1n);
        const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
        const total = weights.reduce((a, b) => a + b, 0);
        expect(whole ? total : weights.reduce(gcd)).toBe(whole ? 100 : 1);
      }),
      { numRuns: 500 },
    );
  });
});
