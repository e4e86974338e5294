import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCounters, readEndpointCounters } from '../../src/core/envoy/connection-counters.ts';
import type { Endpoint } from '../../src/sandbox/gateway/config.ts';
import { allToV1, listenerPort, shares, startEchoPods, type EchoPods } from '../helpers/echo-pods.ts';
import { readLine } from '../helpers/tcp.ts';

let pods: EchoPods;
beforeEach(async () => {
  pods = await startEchoPods();
});
afterEach(() => pods.end());

describe('the admin port', () => {
  async function answer(path: string): Promise<{ status: number | undefined; body: string }> {
    const request = httpGet({ path, createConnection: () => pods.network.connect('10.244.0.9', 15000) });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  }

  async function get(path: string): Promise<string> {
    const { status, body } = await answer(path);
    expect(status).toBe(200);
    return body;
  }

  const stats = (filter: string): Promise<string> => get(`/stats?filter=${encodeURIComponent(filter)}`);

  /** A connection that an echo server has answered. */
  async function held(): Promise<Socket> {
    const socket = await pods.open('10.244.0.9');
    socket.write('still\n');
    expect(await readLine(socket)).toMatch(/ still\n/);
    return socket;
  }

  test('shows the weights in force as Envoy does', async () => {
    const fleet = pods.fleet({ propagationDelayMs: 60_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(80, 20));
    fleet.propagate(['a'], shares(0, 100));
    const dump = JSON.parse(await get('/config_dump?resource=dynamic_listeners'));
    const [dynamic] = dump.configs;
    expect(dynamic['@type']).toBe('type.googleapis.com/envoy.admin.v3.ListenersConfigDump.DynamicListener');
    expect(dynamic.active_state.listener.address.socket_address.port_value).toBe(listenerPort);
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
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const dump = JSON.parse(await get('/config_dump?resource=dynamic_listeners'));
    expect(dump.configs[0].active_state.listener.filter_chains[0].filters[0].typed_config.cluster).toBe('v1');
  });

  test('counts the connections of every cluster', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    await pods.words('10.244.0.9', 3);
    expect(await get('/stats?filter=upstream_cx_total')).toBe(
      'cluster.v1;.upstream_cx_total: 3\ncluster.v2;.upstream_cx_total: 0\n',
    );
  });

  test('counts the connections that are open, by listener and by cluster, and all that ever were', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(50, 50));
    await pods.words('10.244.0.9', 2);
    await held();
    const listener = 'listener.0.0.0.0_31400';
    const counted = [
      'cluster.v1;.upstream_cx_active: 1',
      'cluster.v1;.upstream_cx_total: 2',
      'cluster.v2;.upstream_cx_active: 0',
      'cluster.v2;.upstream_cx_total: 1',
      ...[listener, `${listener}.worker_0`].flatMap((name) => [
        `${name}.downstream_cx_active: 1`,
        `${name}.downstream_cx_total: 3`,
      ]),
    ];
    const all = counted.map((line) => `${line}\n`).join('');
    await vi.waitFor(async () => expect(await stats('_cx_(active|total)$')).toBe(all));
    expect(await stats(String.raw`^listener\.0\.0\.0\.0_31400\.downstream_cx_active$`)).toBe(`${counted[4]}\n`);
    expect(await stats(String.raw`^cluster\.v1;?\.upstream_cx_active`)).toBe(`${counted[0]}\n`);
    expect(await stats('no such')).toBe('');
    const asJson = await get('/stats?format=json&filter=upstream_cx_active');
    expect(JSON.parse(asJson)).toEqual({
      stats: [
        { name: 'cluster.v1;.upstream_cx_active', value: 1 },
        { name: 'cluster.v2;.upstream_cx_active', value: 0 },
      ],
    });
    const refused = await answer('/stats?filter=(');
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('Invalid re2 regex');
  });

  describe('tells of a change', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
    afterEach(() => void vi.useRealTimers());

    const other = { port: 31401, route: { cluster: 'v2' } };
    const dump = async (): Promise<any[]> => JSON.parse(await get('/config_dump?resource=dynamic_listeners')).configs;

    test('how long connections may go on, and when each listener was changed itself', async () => {
      vi.setSystemTime('2026-11-28T10:00:00.000Z');
      const fleet = pods.fleet({ drainMs: 45_000 });
      await fleet.start('a', '10.244.0.9');
      fleet.propagate(['a'], [...shares(50, 50), other]);
      vi.advanceTimersByTime(1500);
      fleet.propagate(['a'], [...shares(60, 40), other]);
      expect((await dump()).map(({ name, active_state: state }) => [name, state.last_updated])).toEqual([
        ['0.0.0.0_31400', '2026-11-28T10:00:01.500Z'],
        ['0.0.0.0_31401', '2026-11-28T10:00:00.000Z'],
      ]);
      const info = JSON.parse(await get('/server_info'));
      expect(info).toMatchObject({
        state: 'LIVE',
        uptime_current_epoch: '1s',
        command_line_options: { drain_time: '45s', drain_strategy: 'Immediate' },
      });
    });

    test('a time that is no whole number of seconds as protobuf writes it', async () => {
      await pods.fleet({ drainMs: 1500 }).start('a', '10.244.0.9');
      expect(JSON.parse(await get('/server_info')).command_line_options.drain_time).toBe('1.500s');
    });

    test('how many filter chains drain, and then that their connections are gone', async () => {
      const fleet = pods.fleet({ drainMs: 45_000 });
      await fleet.start('a', '10.244.0.9');
      fleet.propagate(['a'], [...shares(50, 50), other]);
      const open = await held();
      const ended = once(open.resume(), 'end');
      fleet.propagate(['a'], [...shares(60, 40), other]);
      const draining = 'listener_manager.total_(filter_chains|listeners)_draining';
      const active = String.raw`^listener\.0\.0\.0\.0_31400\.downstream_cx_active$`;
      const chains = (count: number): string => `listener_manager.total_filter_chains_draining: ${count}\n`;
      const listeners = (count: number): string => `listener_manager.total_listeners_draining: ${count}\n`;
      expect(await stats(draining)).toBe(chains(1) + listeners(0));
      expect(await stats(active)).toBe('listener.0.0.0.0_31400.downstream_cx_active: 1\n');
      vi.advanceTimersByTime(45_000);
      await ended;
      expect(await stats(draining)).toBe(chains(0) + listeners(0));
      expect(await stats(active)).toBe('listener.0.0.0.0_31400.downstream_cx_active: 0\n');
      fleet.propagate(['a'], [other]);
      expect(await stats(draining)).toBe(chains(0) + listeners(1));
      expect((await dump()).map(({ name, draining_state: state }) => [name, state !== undefined])).toEqual([
        ['0.0.0.0_31401', false],
        ['0.0.0.0_31400', true],
      ]);
    });
  });

  describe('shows in /clusters', () => {
    /** The lines of one endpoint, without what stands before them. */
    async function endpointLines(cluster: string, address: string): Promise<string[]> {
      const start = `${cluster}::${address}::`;
      const lines = (await get('/clusters')).split('\n').filter((line) => line.startsWith(start));
      return lines.map((line) => line.slice(start.length));
    }
    const counters = async (cluster: string, address: string): Promise<string[]> =>
      (await endpointLines(cluster, address)).filter((line) => /^(cx|rq)_(active|connect_fail|total)::/.test(line));

    test('each cluster, and then its endpoints, as Envoy 1.40 writes them', async () => {
      await pods.fleet().start('a', '10.244.0.9');
      pods.endpoints.set('v2', []);
      const limits = (priority: string, [connections, pending, requests, retries]: number[]): string[] => [
        `${priority}_priority::max_connections::${connections}`,
        `${priority}_priority::max_pending_requests::${pending}`,
        `${priority}_priority::max_requests::${requests}`,
        `${priority}_priority::max_retries::${retries}`,
      ];
      const most = 2 ** 32 - 1;
      const cluster = (name: string): string[] =>
        [
          `observability_name::${name};`,
          ...limits('default', [most, most, most, most]),
          ...limits('high', [1024, 1024, 1024, 3]),
          'added_via_api::true',
          `eds_service_name::${name}`,
        ].map((line) => `${name}::${line}\n`);
      const endpoint = [
        'cx_active::0',
        'cx_connect_fail::0',
        'cx_total::0',
        'rq_active::0',
        'rq_error::0',
        'rq_pending_active::0',
        'rq_success::0',
        'rq_timeout::0',
        'rq_total::0',
        'hostname::',
        'health_flags::healthy',
        'weight::1',
        'region::',
        'zone::',
        'sub_zone::',
        'canary::false',
        'priority::0',
        'success_rate::-1',
        'local_origin_success_rate::-1',
      ].map((line) => `v1::10.244.0.2:9000::${line}\n`);
      expect(await get('/clusters')).toBe([...cluster('v1'), ...endpoint, ...cluster('v2')].join(''));
    });

    test('the connections to each endpoint: open ones, ended ones and those that failed', async () => {
      const fleet = pods.fleet();
      await fleet.start('a', '10.244.0.9');
      pods.endpoints.set('v1', [
        { ip: '10.244.0.2', port: 9000 },
        { ip: '10.244.0.77', port: 9000 },
      ]);
      fleet.propagate(['a'], allToV1);
      expect(await pods.words('10.244.0.9', 4)).toEqual(['one', '', 'one', '']);
      await held();
      const reached = ['cx_active::1', 'cx_connect_fail::0', 'cx_total::3', 'rq_active::1', 'rq_total::3'];
      await vi.waitFor(async () => expect(await counters('v1', '10.244.0.2:9000')).toEqual(reached));
      const refused = ['cx_active::0', 'cx_connect_fail::2', 'cx_total::2', 'rq_active::0', 'rq_total::0'];
      expect(await counters('v1', '10.244.0.77:9000')).toEqual(refused);
    });

    test('the same as JSON, where that is asked for', async () => {
      const fleet = pods.fleet();
      await fleet.start('a', '10.244.0.9');
      fleet.propagate(['a'], allToV1);
      await held();
      const { cluster_statuses: statuses } = JSON.parse(await get('/clusters?format=json'));
      expect(statuses.map(({ name }: { name: string }) => name)).toEqual(['v1', 'v2']);
      // Envoy 1.40 writes a host so, and leaves out what is 0.
      expect(statuses[0].host_statuses).toEqual([
        {
          address: { socket_address: { address: '10.244.0.2', port_value: 9000 } },
          stats: [
            { name: 'cx_connect_fail' },
            { value: '1', name: 'cx_total' },
            { name: 'rq_error' },
            { name: 'rq_success' },
            { name: 'rq_timeout' },
            { value: '1', name: 'rq_total' },
            { type: 'GAUGE', value: '1', name: 'cx_active' },
            { type: 'GAUGE', value: '1', name: 'rq_active' },
            { type: 'GAUGE', name: 'rq_pending_active' },
          ],
          health_status: { eds_health_status: 'HEALTHY' },
          weight: 1,
          locality: {},
        },
      ]);
    });

    test('an address of version 6 in brackets', async () => {
      await pods.fleet().start('a', '10.244.0.9');
      pods.endpoints.set('v1', [{ ip: 'fd00::7', port: 9000 }]);
      expect(await endpointLines('v1', '[fd00::7]:9000')).toContain('cx_total::0');
    });

    test('nothing of an endpoint that is gone, and nothing old of one that came back', async () => {
      const fleet = pods.fleet();
      await fleet.start('a', '10.244.0.9');
      fleet.propagate(['a'], allToV1);
      await pods.words('10.244.0.9', 3);
      const [pod] = pods.endpoints.get('v1')!;
      const change = (...endpoints: Endpoint[]): void => {
        pods.endpoints.set('v1', endpoints);
        fleet.endpointsChanged();
      };
      expect(await counters('v1', '10.244.0.2:9000')).toContain('cx_total::3');
      change();
      expect(await endpointLines('v1', '10.244.0.2:9000')).toEqual([]);
      change(pod!);
      expect(await counters('v1', '10.244.0.2:9000')).toContain('cx_total::0');
      await pods.words('10.244.0.9', 1);
      expect(await counters('v1', '10.244.0.2:9000')).toContain('cx_total::1');
      expect(await get('/stats?filter=upstream_cx_total')).toContain('cluster.v1;.upstream_cx_total: 4\n');
    });

    test('what the counters of tcpshift read from it', async () => {
      const fleet = pods.fleet();
      await fleet.start('a', '10.244.0.9');
      fleet.propagate(['a'], shares(80, 20));
      await pods.words('10.244.0.9', 10);
      const counted = new Map([
        ['v1', 8],
        ['v2', 2],
      ]);
      expect(readEndpointCounters(await get('/clusters'))).toEqual(counted);
      expect(readCounters(await get('/stats?filter=upstream_cx_total'))).toEqual(counted);
    });
  });
});
