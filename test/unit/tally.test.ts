import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomes, type Sample } from '../../src/core/sample.ts';
import { counter, observedShares, type Tally } from '../../src/core/tally.ts';

const sample: fc.Arbitrary<Sample> = fc.oneof(
  fc.constantFrom('v1', 'v2', 'v3').map((version) => of('reply', version)),
  fc.constantFrom(...outcomes.filter((outcome) => outcome !== 'reply')).map((outcome) => of(outcome, null)),
);

function of(outcome: Sample['outcome'], version: string | null): Sample {
  return { index: 0, time: '2022-11-12T23:24:57.000Z', version, outcome, latencyMs: 1, reply: version };
}

function tallyOf(samples: readonly Sample[], versions: readonly string[] = []): Tally {
  const count = counter(versions);
  for (const sample of samples) count.add(sample);
  return count.now;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

test('every sample is counted once: by version, or as a failure', () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const counts = tallyOf(samples);
      const replies = sum([...counts.versions.values()]);
      expect(counts.total).toBe(samples.length);
      expect(replies).toBe(counts.outcomes.reply);
      expect(sum(Object.values(counts.outcomes))).toBe(samples.length);
    }),
  );
});

test('the order of samples makes no difference to the counts', () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const names = ['v1', 'v2', 'v3'];
      expect(tallyOf(samples.toReversed(), names)).toEqual(tallyOf(samples, names));
    }),
  );
});

test('failures stay in the denominator of the shares', () => {
  const counts = tallyOf([of('reply', 'v1'), of('reply', 'v2'), of('eof', null), of('reset', null)]);
  expect(observedShares(counts)).toEqual(
    new Map([
      ['v1', 0.25],
      ['v2', 0.25],
    ]),
  );
});

test('versions asked for are listed from the start, in their order', () => {
  const count = counter(['v2', 'v1']);
  expect([...observedShares(count.now)]).toEqual([
    ['v2', 0],
    ['v1', 0],
  ]);
  count.add(of('reply', 'v1'));
  count.add(of('reply', 'v9'));
  expect([...count.now.versions]).toEqual([
    ['v2', 0],
    ['v1', 1],
    ['v9', 1],
  ]);
});
