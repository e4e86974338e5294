import { expect, test } from 'vitest';
import { lagText, type TellingPod } from '../../src/core/route/lag.ts';
import type { Split } from '../../src/core/weights/split.ts';

const split = (weights: Record<string, number>): Split =>
  Object.entries(weights).map(([version, weight]) => ({ version, weight }));

const wanted = split({ v1: 80, v2: 20 });

function textOf(...inForce: Record<string, number>[]): string {
  const proxies = inForce.map((weights, index): TellingPod => ({
    namespace: 'edge',
    pod: `g${index + 1}`,
    weights: split(weights),
  }));
  return lagText({ lagging: proxies, refusing: [], proxies, wanted, timeoutMs: 3000 });
}

test('gateways that are all behind are the control plane’s', () => {
  expect(textOf({ v1: 1, v2: 0 }, { v1: 100, v2: 0 })).toBe(
    'after 3s all 2 gateway pods have v1=1 v2=0: the control plane has not brought the new weights',
  );
});

test('a port that leads to none of the versions has another route, whatever the control plane does', () => {
  expect(textOf({ v1: 0, v2: 0, 'outbound|9000||shop': 1 })).toBe(
    'after 3s the one gateway pod has outbound|9000||shop=1, which is none of the versions: another route may have the port',
  );
});

test('an older refusal of a gateway that was never sent the weights is not told as one of them', () => {
  const refused = { details: 'no such cluster' };
  const pod: TellingPod = { namespace: 'edge', pod: 'g1', weights: split({ v1: 100, v2: 0 }), refused };
  const lag = { lagging: [pod], proxies: [pod], wanted, timeoutMs: 3000 };
  expect(lagText({ ...lag, refusing: [] })).not.toContain('refused');
  expect(lagText({ ...lag, refusing: [pod] })).toBe(
    'g1 refused the new weights: no such cluster; in force: v1=100 v2=0',
  );
});
