import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { moreHitsByChance } from '../../src/core/statistics/fisher.ts';
import { hasRisen, hasRisenForSure } from '../../src/core/verdict/failure-rise.ts';

// Values: scipy.stats.fisher_exact(…, alternative='greater') 1.17, and the hypergeometric sums by hand for the small ones.
test.each([
  [{ hits: 3, of: 3 }, { hits: 0, of: 3 }, 1 / 20],
  [{ hits: 2, of: 3 }, { hits: 1, of: 3 }, 1 / 2],
  [{ hits: 3, of: 3 }, { hits: 0, of: 100 }, 1 / 176_851],
  [{ hits: 0, of: 5 }, { hits: 4, of: 9 }, 1],
])('Fisher’s exact test of %j against %j', (one, other, chance) => {
  expect(moreHitsByChance(one, other)).toBeCloseTo(chance, 12);
});

const counts = fc
  .tuple(fc.nat(300), fc.nat(300))
  .map(([hits, more]) => ({ hits, of: hits + more }))
  .filter(({ of }) => of > 0);

test('the chance is a probability that one more hit never raises', () => {
  fc.assert(
    fc.property(counts, counts, (one, other) => {
      const chance = moreHitsByChance(one, other);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
      if (one.hits === one.of) return;
      expect(moreHitsByChance({ ...one, hits: one.hits + 1 }, other)).toBeLessThanOrEqual(chance + 1e-9);
    }),
  );
});

test('failures that were there before the change are none of its', () => {
  const before = { hits: 21, of: 100 };
  expect(hasRisen({ before, since: { hits: 60, of: 300 } }, true)).toBe(false);
  expect(hasRisen({ before, since: { hits: 26, of: 43 } }, true)).toBe(true);
});

test('a few failures beside connections that show the change prove nothing; without such connections any does', () => {
  const few = { before: { hits: 0, of: 100 }, since: { hits: 2, of: 300 } };
  expect([hasRisen(few, true), hasRisen(few, false), hasRisenForSure(few)]).toEqual([false, true, false]);
});

test('connections that all fail are believed at the third', () => {
  const rise = (hits: number) => ({ before: { hits: 0, of: 100 }, since: { hits, of: hits } });
  expect([2, 3].map((hits) => hasRisenForSure(rise(hits)))).toEqual([false, true]);
});
