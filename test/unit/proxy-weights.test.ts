import { describe, expect, it } from 'vitest';
import {
  type ListenerDump,
  isClusterOf,
  listenerWeights,
  weightsByVersion,
} from '../../src/core/envoy/listener-weights.ts';
import { sameShares } from '../../src/core/weights/split.ts';

const cluster = (subset: string): string => `outbound|9000|${subset}|tcp-echo.shop.svc.cluster.local`;

/** Envoy says more than is read. */
const asDump = (text: object): ListenerDump => text;

const dump = (port: number, proxy: object) =>
  asDump({
    configs: [
      {
        name: `0.0.0.0_${port}`,
        active_state: {
          listener: {
            address: { socket_address: { address: '0.0.0.0', port_value: port } },
            filter_chains: [
              {
                filters: [
                  { name: 'istio.stats' },
                  { name: 'envoy.filters.network.tcp_proxy', typed_config: { stat_prefix: 'x', ...proxy } },
                ],
              },
            ],
          },
        },
      },
    ],
  });

const weighted = {
  weighted_clusters: {
    clusters: [
      { name: cluster('v1'), weight: 80 },
      { name: cluster('v2'), weight: 20 },
    ],
  },
};
const targets = new Map(
  ['v1', 'v2'].map((subset) => [subset, { service: 'tcp-echo', namespace: 'shop', port: 9000, subset }]),
);

describe('listenerWeights', () => {
  it('reads weighted clusters of the listener on the port', () => {
    expect(listenerWeights(dump(31400, weighted), 31400)).toEqual(
      new Map([
        [cluster('v1'), 80],
        [cluster('v2'), 20],
      ]),
    );
  });

  it('gives a sole cluster weight 1', () => {
    expect(listenerWeights(dump(31400, { cluster: cluster('v1') }), 31400)).toEqual(new Map([[cluster('v1'), 1]]));
  });

  it('knows nothing of a port without a listener, of a listener without TCP, and of a warming one', () => {
    const warming: object = { configs: [{ warming_state: dump(31400, weighted).configs![0]!.active_state }] };
    expect(listenerWeights(dump(31400, weighted), 31401)).toBeUndefined();
    expect(listenerWeights(dump(31400, {}), 31400)).toBeUndefined();
    expect(listenerWeights(warming, 31400)).toBeUndefined();
    expect(listenerWeights({}, 31400)).toBeUndefined();
  });
});

describe('isClusterOf', () => {
  const target = { service: 'tcp-echo', namespace: 'shop', port: 9000, subset: 'v1' };

  it.each([
    [cluster('v1'), true],
    [cluster('v2'), false],
    ['outbound|9001|v1|tcp-echo.shop.svc.cluster.local', false],
    ['outbound|9000|v1|tcp-echo.shop.svc.corp.example', true],
    ['outbound|9000|v1|tcp-echo.shopping.svc.cluster.local', false],
    ['inbound|9000|v1|tcp-echo.shop.svc.cluster.local', false],
    ['BlackHoleCluster', false],
  ])('%s: %s', (name, is) => expect(isClusterOf(name, target)).toBe(is));
});

describe('weightsByVersion', () => {
  it('lists versions that the proxy leaves out with weight 0', () => {
    const split = weightsByVersion(new Map([[cluster('v1'), 1]]), targets);
    expect(split).toEqual([
      { version: 'v1', weight: 1 },
      { version: 'v2', weight: 0 },
    ]);
  });

  it('keeps a cluster of no version under its own name', () => {
    expect(weightsByVersion(new Map([['BlackHoleCluster', 1]]), targets).at(-1)).toEqual({
      version: 'BlackHoleCluster',
      weight: 1,
    });
  });
});

describe('sameShares', () => {
  const split = (v1: number, v2: number) => [
    { version: 'v1', weight: v1 },
    { version: 'v2', weight: v2 },
  ];

  it('compares shares, not weights', () => {
    expect(sameShares(split(80, 20), split(4, 1))).toBe(true);
    expect(sameShares(split(80, 20), split(81, 20))).toBe(false);
    expect(sameShares(split(100, 0), [{ version: 'v1', weight: 1 }])).toBe(true);
    expect(sameShares(split(0, 0), split(1, 0))).toBe(false);
  });
});
