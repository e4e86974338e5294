import { expect, test } from 'vitest';
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

test("Istio's proxies cut open connections once they have drained, after a time that they tell", async () => {
  const plane = planeFor('istio.io/gateway-controller');
  const info = (drain_time?: string) =>
    pages({ '/server_info': JSON.stringify({ state: 'LIVE', command_line_options: { drain_time } }) });
  const { getPage, asked } = info('45s');
  expect(await plane.cut(proxy, getPage)).toEqual({ cuts: true, afterMs: 45_000 });
  expect(asked).toEqual(['gw-1:15000/server_info']);
  expect(await plane.cut(proxy, info().getPage)).toEqual({ cuts: true });
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
  expect(await plane.cut(proxy, getPage)).toEqual({ cuts: undefined });
  for (const refused of [plane.weights(proxy, view, getPage), plane.counters(proxy, view, getPage)]) {
    expect((await rejection(refused)).message).toBe(plane.cannotTell);
  }
  expect(asked).toEqual([]);
});
