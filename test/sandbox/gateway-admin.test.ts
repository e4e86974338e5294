import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
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
  async function get(path: string): Promise<string> {
    const request = httpGet({ path, createConnection: () => pods.network.connect('10.244.0.9', 15000) });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    return text(response);
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
      const held = await pods.open('10.244.0.9');
      held.write('still\n');
      expect(await readLine(held)).toBe('one still\n');
      const reached = ['cx_active::1', 'cx_connect_fail::0', 'cx_total::3', 'rq_active::1', 'rq_total::3'];
      await vi.waitFor(async () => expect(await counters('v1', '10.244.0.2:9000')).toEqual(reached));
      const refused = ['cx_active::0', 'cx_connect_fail::2', 'cx_total::2', 'rq_active::0', 'rq_total::0'];
      expect(await counters('v1', '10.244.0.77:9000')).toEqual(refused);
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
