import { describe, expect, it } from 'vitest';
import type { ListenerDump } from '../../src/core/envoy/listener-dump.ts';
import { isClusterOf, listenersOn, readPort, weightsByVersion } from '../../src/core/envoy/listener-weights.ts';
import { sameShares } from '../../src/core/weights/split.ts';

const cluster = (subset: string): string => `outbound|9000|${subset}|tcp-echo.shop.svc.cluster.local`;

const listenerWeights = (...asked: Parameters<typeof readPort>) => readPort(...asked).weights;

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

/** A filter chain whose connections are split so between v1 and v2, behind what Istio puts before it. */
const chain = (v2: number, match?: object) => ({
  ...(match && { filter_chain_match: match }),
  filters: [
    { name: 'istio.stats', typed_config: {} },
    {
      name: 'envoy.filters.network.tcp_proxy',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
        stat_prefix: 'tcp-echo.shop',
        weighted_clusters: {
          clusters: [
            { name: cluster('v1'), weight: 100 - v2 },
            { name: cluster('v2'), weight: v2 },
          ],
        },
      },
    },
  ],
});

const listener = (address: string, port: number, chains: object[], more: object = {}) => ({
  name: `${address}_${port}`,
  active_state: {
    version_info: '2026-11-28T10:00:00Z/7',
    listener: {
      name: `${address}_${port}`,
      address: { socket_address: { address, port_value: port } },
      filter_chains: chains,
      listener_filters: [{ name: 'envoy.filters.listener.tls_inspector' }],
      ...more,
    },
    last_updated: '2026-11-28T10:00:00.123Z',
  },
});

const names = (...server_names: string[]) => ({ server_names });

/** What v2 gets of the connections that the choice is about; undefined where no chain carries them. */
function shareOf(listeners: object[], port: number, choice?: Parameters<typeof listenerWeights>[2]) {
  return listenerWeights(asDump({ configs: listeners }), port, choice)?.get(cluster('v2'));
}

describe('listenerWeights of a port that carries several server names', () => {
  const chains = [chain(10, names('a.example')), chain(20, names('*.b.example')), chain(30, names('*.x.b.example'))];
  const share = (serverName?: string, more: object[] = []) =>
    shareOf([listener('0.0.0.0', 443, [...chains, ...more])], 443, serverName === undefined ? {} : { serverName });

  it.each([
    ['a.example', 10],
    ['A.Example', 10],
    ['one.b.example', 20],
    ['one.x.b.example', 30],
    ['b.example', undefined],
    ['c.example', undefined],
  ])('takes the chain of %s', (name, v2) => expect(share(name)).toBe(v2));

  it('takes a chain without names for every other name, and for connections that ask for none', () => {
    expect(share('c.example', [chain(40)])).toBe(40);
    expect(share('a.example', [chain(40)])).toBe(10);
    expect(share(undefined, [chain(40)])).toBe(40);
  });

  it('tells where nothing says which one is meant', () => {
    expect(() => share()).toThrow(
      'several filter chains with different weights fit port 443: a.example, *.b.example, *.x.b.example',
    );
  });

  it('takes chains of the same weights for one', () => {
    const alike = [chain(10, names('a.example')), chain(10, names('c.example', 'd.example'))];
    expect(shareOf([listener('0.0.0.0', 443, alike)], 443)).toBe(10);
  });

  it("takes a listener's default chain where no other fits", () => {
    const last = { default_filter_chain: chain(50) };
    expect(shareOf([listener('0.0.0.0', 443, chains, last)], 443, { serverName: 'c.example' })).toBe(50);
    expect(shareOf([listener('0.0.0.0', 443, [], last)], 443)).toBe(50);
  });

  it('knows nothing of a name whose chain carries no TCP', () => {
    const http = {
      ...chain(10, names('web.example')),
      filters: [{ name: 'envoy.filters.network.http_connection_manager' }],
    };
    expect(share('web.example', [http, chain(40)])).toBeUndefined();
  });
});

describe('listenerWeights of the listeners of a mesh', () => {
  const range = (address_prefix: string, prefix_len: number) => ({ prefix_ranges: [{ address_prefix, prefix_len }] });

  it('takes the listener of the address, before the one of all addresses', () => {
    const listeners = [
      listener('10.96.0.7', 9000, [chain(10)], { bind_to_port: false }),
      listener('0.0.0.0', 9000, [chain(20)], { bind_to_port: false }),
      listener('fd00::7', 9000, [chain(30)], { bind_to_port: false }),
    ];
    expect(shareOf(listeners, 9000, { destination: '10.96.0.7' })).toBe(10);
    expect(shareOf(listeners, 9000, { destination: '10.96.0.8' })).toBe(20);
    expect(shareOf(listeners, 9000, { destination: 'fd00:0:0:0:0:0:0:7' })).toBe(30);
    expect(() => shareOf(listeners, 9000)).toThrow('several filter chains with different weights fit port 9000');
  });

  it('takes the longest prefix that holds the address', () => {
    const chains = [
      chain(10, range('10.96.0.0', 16)),
      chain(20, range('10.96.4.0', 22)),
      chain(30, range('fd00::', 8)),
    ];
    const share = (destination: string, more: object[] = []) =>
      shareOf([listener('0.0.0.0', 9000, [...chains, ...more])], 9000, { destination });
    expect(share('10.96.1.1')).toBe(10);
    expect(share('10.96.7.1')).toBe(20);
    expect(share('fd12::1')).toBe(30);
    expect(share('10.97.0.1')).toBeUndefined();
    expect(share('10.97.0.1', [chain(40)])).toBe(40);
  });

  it('finds the chain of a port in a virtual listener, before the chains for all of its ports', () => {
    const virtual = listener('0.0.0.0', 15_006, [
      chain(10),
      chain(20, { destination_port: 9000, transport_protocol: 'tls' }),
      chain(20, { destination_port: 9000, transport_protocol: 'raw_buffer' }),
      chain(30, { destination_port: 15_006 }),
    ]);
    expect(shareOf([virtual], 9000)).toBe(20);
    expect(shareOf([virtual], 15_006)).toBe(30);
    expect(shareOf([virtual], 9001)).toBeUndefined();
  });
});

describe('readPort, of what became of a change', () => {
  const at = (time: string) => `2026-11-28T10:00:${time}Z`;
  const updated = (time: string, chains: object[], port = 31_400) => {
    const { active_state: state, ...rest } = listener('0.0.0.0', port, chains);
    return { ...rest, active_state: { ...state, last_updated: at(time) } };
  };
  const read = (configs: object[], choice?: Parameters<typeof readPort>[2]) =>
    readPort(asDump({ configs }), 31_400, choice);
  /** As Envoy 1.40 has it: beside what is active, and once more by itself, without name and time. */
  const refusal = (time: string, details: string, port = 31_400) => {
    const failed = { failed_configuration: listener('0.0.0.0', port, [chain(50)]).active_state.listener, details };
    return [{ error_state: { ...failed, last_update_attempt: at(time) } }, { error_state: failed }];
  };
  const words = "error adding listener '0.0.0.0:31400': filter chain '' has the same matching rules defined as ''.";

  it("tells the proxy's own time of the update, of the listeners that carry the port alone", () => {
    const configs = [updated('01.500', [chain(20)]), updated('09.000', [chain(20)], 31_401)];
    expect(read(configs)).toMatchObject({ updatedAt: Date.parse(at('01.500')), warming: false });
    const name = (choice: string) => ({ serverName: choice });
    const two = [updated('01.000', [chain(20, names('a'))]), updated('02.000', [chain(20, names('b'))])];
    expect(read(two, name('a')).updatedAt).toBe(Date.parse(at('01.000')));
    expect(read(two).updatedAt).toBe(Date.parse(at('02.000')));
    expect(read([{ ...updated('', [chain(20)]) }]).updatedAt).toBeUndefined();
  });

  it('tells a refusal in the words of the proxy, with its time', () => {
    const [beside, alone] = refusal('03.049', words);
    const active = updated('01.000', [chain(20)]);
    const told = { details: words, at: Date.parse(at('03.049')) };
    expect(read([{ ...active, ...beside }, alone!])).toMatchObject({
      updatedAt: Date.parse(at('01.000')),
      refused: told,
    });
    expect(read([{ ...active, ...beside }, alone!]).weights).toEqual(read([active]).weights);
    expect(read([active, ...refusal('03.049', words, 31_401)])).not.toHaveProperty('refused');
    const first = read([beside!, alone!]);
    expect([first.weights, first.refused]).toEqual([undefined, told]);
  });

  it('takes nothing of a listener that is warming, and says that there is one', () => {
    const { active_state: state } = updated('01.000', [chain(50)]);
    expect(read([{ warming_state: state }])).toEqual({ weights: undefined, warming: true });
    const both = read([{ ...updated('01.000', [chain(20)]), warming_state: state }]);
    expect([both.weights?.get(cluster('v2')), both.warming]).toEqual([20, true]);
    expect(read([{ draining_state: state }])).toEqual({ weights: undefined, warming: false });
  });

  it('names the listeners that carry the port', () => {
    const [v4, v6] = [listener('0.0.0.0', 31_400, [chain(20)]), listener('::', 31_400, [chain(20)])];
    const found = listenersOn(asDump({ configs: [v4, listener('0.0.0.0', 31_401, [chain(20)]), v6] }), 31_400);
    expect(found).toEqual([v4.active_state.listener, v6.active_state.listener]);
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
