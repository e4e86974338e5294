import { describe, expect, test } from 'vitest';
import { planeFor } from '../../src/planes/planes.ts';
import type { GetPage } from '../../src/planes/plane.ts';
import { gatewayApi } from '../../src/routing/gateway-api/gateway-api.ts';
import { istio } from '../../src/routing/istio/istio.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { rejection } from '../helpers/refusal.ts';
import { gateway, namespace, taskBackends, taskRule, tcpRoute, virtualService } from '../helpers/routes.ts';

const proxy = { namespace, pod: 'gw-1', listenerPort: 31_400 };
const view = gatewayApi.readRoute(tcpRoute(taskBackends));

/** Pages of an admin port, by their paths; what is not there is an error, as of a real one. */
function pages(texts: Readonly<Record<string, string>>): { getPage: GetPage; asked: string[] } {
  const asked: string[] = [];
  const getPage: GetPage = async ({ pod, port, path }) => {
    asked.push(`${pod}:${port}${path}`);
    return texts[path] ?? Promise.reject(new Error(`no page ${path}`));
  };
  return { getPage, asked };
}

test('a VirtualService is served by Istio, whatever the cluster says', async () => {
  const route = istio.readRoute(virtualService([taskRule]));
  const controller = await istio.controller(route, memoryReader({ objects: [] }));
  expect(planeFor(controller).name).toBe('istio');
});

test('a Gateway whose class does not exist has no controller that is known', async () => {
  const served = { 'Gateway.gateway.networking.k8s.io': ['v1'] };
  expect(await gatewayApi.controller(view, memoryReader({ objects: [gateway()], served }))).toBeUndefined();
});

describe("Istio's proxies", () => {
  const plane = planeFor('istio.io/gateway-controller');
  const name = (version: string) => `outbound|9000||tcp-echo-${version}.${namespace}.svc.cluster.local`;
  const dumpPage = '/config_dump?resource=dynamic_listeners';
  const filters = [{ name: 'envoy.filters.network.tcp_proxy', typed_config: { cluster: name('v1') } }];
  const onPort = (port: number, more: object = {}) => ({
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    filter_chains: [{ filters }],
    ...more,
  });
  const last_updated = '2026-11-28T10:00:01.500Z';
  const dump = (...listeners: object[]) =>
    JSON.stringify({ configs: listeners.map((listener) => ({ active_state: { listener, last_updated } })) });
  const infoOf = (drain_time?: string) => JSON.stringify({ state: 'LIVE', command_line_options: { drain_time } });

  /** A proxy whose page of statistics has these lines, of which the query's filter chooses. */
  function proxyWith(lines: string[], { listeners = [onPort(31_400)], info = infoOf('45s') } = {}) {
    const asked: string[] = [];
    const getPage: GetPage = async ({ port, path }) => {
      const { pathname, searchParams } = new URL(path, 'http://pod');
      asked.push(`${port}${pathname}`);
      if (pathname === '/server_info') return info;
      if (pathname === '/config_dump') return dump(...listeners);
      const filter = new RegExp(searchParams.get('filter')!);
      return lines
        .filter((line) => filter.test(line.split(': ')[0]!))
        .map((line) => `${line}\n`)
        .join('');
    };
    return { getPage, asked };
  }

  const gauge = (listener: string, count: number) => `listener.${listener}.downstream_cx_active: ${count}`;

  test('tell how many connections a change of weights closes, and when', async () => {
    expect(plane.cuts).toBe(true);
    const { getPage, asked } = proxyWith([
      gauge('0.0.0.0_31400', 12),
      gauge('0.0.0.0_31400.worker_0', 7),
      gauge('0.0.0.0_31400.worker_1', 5),
      gauge('0.0.0.0_31401', 99),
      gauge('0x0.0.0_31400', 98),
      'http.admin.downstream_cx_active: 1',
    ]);
    expect(await plane.openConnections(proxy, view, getPage)).toEqual({ open: 12, closedAfterMs: 45_000 });
    expect(asked).toEqual(['15000/config_dump', '15000/stats', '15000/server_info']);
  });

  test('tell them by version too, where they keep statistics of clusters', async () => {
    const { getPage } = proxyWith([
      `cluster.${name('v1')};.upstream_cx_active: 9`,
      `cluster.${name('v2')}.upstream_cx_active: 3`,
      `cluster.outbound|9000||tcp-echo-v1.other.svc.cluster.local;.upstream_cx_active: 50`,
      gauge('0.0.0.0_31400', 12),
    ]);
    const versions = new Map([
      ['v1', 9],
      ['v2', 3],
    ]);
    expect(await plane.openConnections(proxy, view, getPage)).toEqual({ open: 12, versions, closedAfterMs: 45_000 });
  });

  test('name their listeners in statistics by the address, or by a prefix of their own', async () => {
    const v6 = { address: { socket_address: { address: '::', port_value: 31_400 } } };
    const listeners = [onPort(31_400), onPort(31_400, v6), onPort(31_400, { stat_prefix: 'tcp:in' })];
    const lines = [gauge('0.0.0.0_31400', 1), gauge('[__]_31400', 20), gauge('tcp_in', 300)];
    const { getPage } = proxyWith(lines, { listeners });
    expect((await plane.openConnections(proxy, view, getPage)).open).toBe(321);
  });

  test('claim no time and no number that they do not tell', async () => {
    const { getPage } = proxyWith([gauge('0.0.0.0_31400', 3)], { info: infoOf() });
    expect(await plane.openConnections(proxy, view, getPage)).toEqual({ open: 3 });
    const silent = plane.openConnections(proxy, view, proxyWith([]).getPage);
    expect((await rejection(silent)).message).toBe('pod gw-1 keeps no count of the connections of port 31400');
    const closed = proxyWith([], { listeners: [onPort(31_401)] });
    expect(await plane.openConnections(proxy, view, closed.getPage)).toEqual({ open: 0, closedAfterMs: 45_000 });
  });

  test('tell the weights in force, and since when', async () => {
    const { getPage } = pages({ [dumpPage]: dump(onPort(31_400)) });
    expect(await plane.weights(proxy, view, getPage)).toEqual({
      weights: [
        { version: 'v1', weight: 1 },
        { version: 'v2', weight: 0 },
      ],
      updatedAt: Date.parse(last_updated),
      warming: false,
    });
    const none = pages({ [dumpPage]: '{}' });
    expect(await plane.weights(proxy, view, none.getPage)).toEqual({ weights: null, warming: false });
  });
});

test("Istio's proxies count by cluster, else by endpoint", async () => {
  const plane = planeFor('istio.io/gateway-controller');
  const name = (version: string) => `outbound|9000||tcp-echo-${version}.${namespace}.svc.cluster.local`;
  const stats = `cluster.${name('v1')};.upstream_cx_total: 7\n`;
  const clusters = `${name('v1')}::10.0.0.1:9000::cx_total::5\n`;
  const counting = pages({ '/stats?filter=upstream_cx_total': stats });
  expect(await plane.counters(proxy, view, counting.getPage)).toEqual(new Map([[name('v1'), 7]]));
  const silent = pages({ '/stats?filter=upstream_cx_total': '', '/clusters': clusters });
  expect(await plane.counters(proxy, view, silent.getPage)).toEqual(new Map([[name('v1'), 5]]));
});

test('a listener that speaks no admin protocol is told of', async () => {
  const plane = planeFor(undefined);
  const { getPage } = pages({ '/config_dump?resource=dynamic_listeners': '<html>' });
  expect((await rejection(plane.weights(proxy, view, getPage))).message).toBe(
    "port 15000 of pod gw-1 does not speak as Envoy's admin port does",
  );
});

test('of an unknown plane nothing is asked, and nothing claimed', async () => {
  const plane = planeFor('projectcontour.io/gateway-controller');
  const { getPage, asked } = pages({});
  expect(plane).toMatchObject({ name: 'unknown', adminPort: undefined, pick: 'unknown' });
  expect(plane.cuts).toBeUndefined();
  for (const ask of ['weights', 'counters', 'openConnections'] as const) {
    const refused: Promise<unknown> = plane[ask](proxy, view, getPage);
    expect((await rejection(refused)).message).toBe(plane.cannotTell);
  }
  expect(asked).toEqual([]);
});
