import { expect, test } from 'vitest';
import type { Sample } from '../../src/core/sample.ts';
import { sightings } from '../../src/operations/shift/sightings.ts';

const place = { from: 'port-forward' as const, address: 'pod/a, pod/b', passedOver: [] };
const split = (v1: number, v2: number) => [
  { version: 'v1', weight: v1 },
  { version: 'v2', weight: v2 },
];

const start = Date.UTC(2030, 0, 1);
let index = 0;
function sample(version: string | null, ms: number, via = 'a'): Sample {
  const time = new Date(start + ms).toISOString();
  const outcome = version === null ? ('reset' as const) : ('reply' as const);
  return { index: index++, time, version, outcome, latencyMs: 2, reply: version, via };
}

test('connections that began before the write are for comparison, whenever they ended', () => {
  const seen = sightings({ before: split(1, 0), after: split(0, 1) }, place);
  seen.add(sample('v1', -20));
  seen.add(sample(null, -10));
  seen.add(sample('v1', 5));
  seen.written(start);
  seen.add(sample('v1', -1));
  seen.add(sample('v2', 10, 'b'));
  seen.add(sample(null, 15, 'b'));
  expect(seen.watched()).toMatchObject({
    before: { connections: 3, failed: 1 },
    since: [
      { via: 'a', connections: 1, failed: 0 },
      { via: 'b', connections: 2, failed: 1 },
    ],
    failures: { reset: 1 },
  });
});

test('only a version that one of the splits gives nothing tells a time', () => {
  const seen = sightings({ before: split(1, 0), after: split(0, 1) }, place);
  seen.written(start);
  for (const [version, ms] of [
    ['v1', 90],
    ['v1', 105],
    ['v2', 110],
    ['v2', 115],
  ] as const)
    seen.add(sample(version, ms));
  expect(seen.change()).toMatchObject({ firstOfNewMs: 110, lastOfOldMs: 105, connections: 3, afterMs: 112 });

  const alike = sightings({ before: split(80, 20), after: split(20, 80) }, place);
  alike.written(start);
  for (let n = 0; n < 30; n++) alike.add(sample('v2', 100 + n));
  expect(alike.isSure()).toBe(true);
  expect(alike.change()).toHaveProperty('firstObeyingMs');
  expect(alike.change()).not.toHaveProperty('firstOfNewMs');
});
