import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tcpRoute, type Endpoint, type GatewayConfig } from '../../src/sandbox/gateway/config.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../src/sandbox/gateway/fleet.ts';
import { createPodNetwork, type PodNetwork } from '../../src/sandbox/workloads/pod-network.ts';
import { createEchoServer } from '../../src/sandbox/workloads/tcp-echo.ts';
import { ask, countBy, readLine } from '../helpers/tcp.ts';

const port = 31400;
const ends: (() => void)[] = [];
let network: PodNetwork;
let endpoints: Map<string, Endpoint[]>;

function shares(v1: number, v2: number): GatewayConfig {
  const clusters = [
    { name: 'v1', weight: v1 },
    { name: 'v2', weight: v2 },
  ];
  return [{ port, route: tcpRoute(clusters) }];
}

const allToV1: GatewayConfig = [{ port, route: { cluster: 'v1' } }];

function newFleet(options: Partial<FleetOptions> = {}): Fleet {
  const upstreams = {
    clusters: () => endpoints.keys(),
    endpointsOf: (cluster: string) => endpoints.get(cluster) ?? [],
    connect: ({ ip, port }: Endpoint) => network.connect(ip, port),
  };
  const all = { picker: 'round-robin' as const, seed: 1, drainMs: 60_000, propagationDelayMs: 0, ...options };
  const fleet = createFleet(all, upstreams, network);
  ends.push(() => fleet.stop());
  return fleet;
}

async function serve(ip: string, server: Server): Promise<void> {
  ends.push(await network.serve(ip, 9000, server));
}

/** A connection to a replica's own listener, once it listens. */
async function open(ip: string): Promise<Socket> {
  for (;;) {
    const socket = network.connect(ip, port);
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    if (connected) return socket;
  }
}

async function words(ip: string, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let index = 0; index < count; index += 1) found.push((await ask(await open(ip))).split(' ')[0]!);
  return found;
}

beforeEach(async () => {
  network = createPodNetwork();
  endpoints = new Map([
    ['v1', [{ ip: '10.244.0.2', port: 9000 }]],
    ['v2', [{ ip: '10.244.0.3', port: 9000 }]],
  ]);
  await serve('10.244.0.2', createEchoServer('one'));
  await serve('10.244.0.3', createEchoServer('two'));
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

describe('a gateway replica', () => {
  test('carries connections by weight', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(80, 20));
    expect(await words('10.244.0.9', 10)).toEqual([
      'one',
      'one',
      'one',
      'one',
      'two',
      'one',
      'one',
      'one',
      'one',
      'two',
    ]);
  });

  test('gives the same picks for the same seed', async () => {
    const runs: string[][] = [];
    for (const [uid, ip] of [
      ['a', '10.244.0.8'],
      ['b', '10.244.0.9'],
    ] as const) {
      const fleet = newFleet({ picker: 'random', seed: 42 });
      await fleet.start(uid, ip);
      fleet.propagate([uid], shares(50, 50));
      runs.push(await words(ip, 40));
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(Object.keys(countBy(runs[0]!)).sort()).toEqual(['one', 'two']);
  });

  test('takes the endpoints of a version in turn, as they are at that moment', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    await serve('10.244.0.4', createEchoServer('uno'));
    endpoints.set('v1', [...endpoints.get('v1')!, { ip: '10.244.0.4', port: 9000 }]);
    expect(await words('10.244.0.9', 4)).toEqual(['one', 'uno', 'one', 'uno']);
  });

  test('accepts and closes the part of a version without endpoints', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    endpoints.delete('v2');
    fleet.propagate(['a'], shares(80, 20));
    expect(countBy(await words('10.244.0.9', 20))).toEqual({ one: 16, '': 4 });
  });

  test('accepts and closes where the endpoint refuses', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    endpoints.set('v2', [{ ip: '10.244.0.77', port: 9000 }]);
    fleet.propagate(['a'], shares(50, 50));
    expect(countBy(await words('10.244.0.9', 10))).toEqual({ one: 5, '': 5 });
  });

  test('passes an end on and keeps the other direction open', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const socket = await open('10.244.0.9');
    socket.end('late\n');
    expect(await readLine(socket)).toBe('one late\n');
    socket.resume();
    if (!socket.readableEnded) await once(socket, 'end');
  });

  test('closes its listener when the configuration no longer has it', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    expect(await words('10.244.0.9', 1)).toEqual(['one']);
    fleet.propagate(['a'], []);
    const [error] = await once(network.connect('10.244.0.9', port), 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('a change of the weights', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('lets open connections finish for the drain time, then closes them', async () => {
    const fleet = newFleet({ drainMs: 45_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const held = await open('10.244.0.9');
    held.write('before\n');
    expect(await readLine(held)).toBe('one before\n');
    fleet.propagate(['a'], shares(0, 100));
    vi.advanceTimersByTime(44_999);
    held.write('draining\n');
    expect(await readLine(held)).toBe('one draining\n');
    expect(await words('10.244.0.9', 2)).toEqual(['two', 'two']);
    held.resume();
    vi.advanceTimersByTime(1);
    await once(held, 'end');
  });

  test('leaves connections alone where the listener stays as it is', async () => {
    const fleet = newFleet({ drainMs: 0 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const held = await open('10.244.0.9');
    fleet.propagate(['a'], [...allToV1, { port: 31401, route: { cluster: 'v2' } }]);
    expect(await words('10.244.0.9', 1)).toEqual(['one']);
    expect(await ask(held, 'still')).toBe('one still');
  });

  test('reaches one replica after another', async () => {
    const fleet = newFleet({ propagationDelayMs: 1000 });
    await fleet.start('a', '10.244.0.8');
    await fleet.start('b', '10.244.0.9');
    fleet.propagate(['a', 'b'], allToV1);
    fleet.propagate(['a', 'b'], shares(0, 100));
    const answers = async () => [...(await words('10.244.0.8', 1)), ...(await words('10.244.0.9', 1))];
    vi.advanceTimersByTime(999);
    expect(await answers()).toEqual(['one', 'one']);
    vi.advanceTimersByTime(1);
    expect(await answers()).toEqual(['two', 'one']);
    vi.advanceTimersByTime(1000);
    expect(await answers()).toEqual(['two', 'two']);
  });

  test('is not undone by an earlier one that is still on its way', async () => {
    const fleet = newFleet({ propagationDelayMs: 1000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    fleet.propagate(['a'], shares(0, 100));
    vi.advanceTimersByTime(500);
    fleet.propagate(['a'], allToV1);
    vi.advanceTimersByTime(500);
    expect(await words('10.244.0.9', 1)).toEqual(['two']);
    vi.advanceTimersByTime(500);
    expect(await words('10.244.0.9', 1)).toEqual(['one']);
  });

  test('does not wait in a replica that starts after it', async () => {
    const fleet = newFleet({ propagationDelayMs: 60_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    expect(fleet.replicas().get('a')?.config()).toEqual(allToV1);
  });
});

describe('the admin port', () => {
  async function get(path: string): Promise<string> {
    const request = httpGet({ path, createConnection: () => network.connect('10.244.0.9', 15000) });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    return text(response);
  }

  test('shows the weights in force as Envoy does', async () => {
    const fleet = newFleet({ propagationDelayMs: 60_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(80, 20));
    fleet.propagate(['a'], shares(0, 100));
    const dump = JSON.parse(await get('/config_dump?resource=dynamic_listeners'));
    const [dynamic] = dump.configs;
    expect(dynamic['@type']).toBe('type.googleapis.com/envoy.admin.v3.ListenersConfigDump.DynamicListener');
    expect(dynamic.active_state.listener.address.socket_address.port_value).toBe(port);
    expect(dynamic.active_state.listener.filter_chains[0].filters.at(-1).typed_config).toMatchObject({
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      weighted_clusters: {
        clusters: [
          { name: 'v1', weight: 80 },
          { name: 'v2', weight: 20 },
        ],
      },
    });
  });

  test('shows a sole destination as one cluster', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const dump = JSON.parse(await get('/config_dump?resource=dynamic_listeners'));
    expect(dump.configs[0].active_state.listener.filter_chains[0].filters[0].typed_config.cluster).toBe('v1');
  });

  test('counts the connections of every cluster', async () => {
    const fleet = newFleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    await words('10.244.0.9', 3);
    expect(await get('/stats?filter=upstream_cx_total')).toBe(
      'cluster.v1;.upstream_cx_total: 3\ncluster.v2;.upstream_cx_total: 0\n',
    );
  });
});
