import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomes, type Sample } from '../../src/core/sample.ts';
import { counter, failures, observedShares, tally } from '../../src/core/tally.ts';

const sample: fc.Arbitrary<Sample> = fc.oneof(
  fc.constantFrom('v1', 'v2', 'v3').map((version) => of('reply', version)),
  fc.constantFrom(...outcomes.filter((outcome) => outcome !== 'reply')).map((outcome) => of(outcome, null)),
);

function of(outcome: Sample['outcome'], version: string | null): Sample {
  return { index: 0, time: '2022-11-12T23:24:57.000Z', version, outcome, latencyMs: 1, reply: version };
}

test('every sample is counted once: by version, or as a failure', () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const counts = tally(samples);
      const replies = [...counts.versions.values()].reduce((sum, count) => sum + count, 0);
      expect(counts.total).toBe(samples.length);
      expect(replies).toBe(counts.outcomes.reply);
      expect(replies + failures(counts)).toBe(samples.length);
    }),
  );
});

test('the order of samples makes no difference to the counts', () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const names = ['v1', 'v2', 'v3'];
      expect(tally(samples.toReversed(), names)).toEqual(tally(samples, names));
    }),
  );
});

test('failures stay in the denominator of the shares', () => {
  const counts = tally([of('reply', 'v1'), of('reply', 'v2'), of('eof', null), of('reset', null)]);
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
