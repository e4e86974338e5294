import { get as httpGet, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { json, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readEndpointCounters } from '../../src/core/envoy/connection-counters.ts';
import type { KindRef, KubeObject } from '../../src/core/objects.ts';
import { tcpServers } from '../../src/sandbox/controllers/istio/gateways.ts';
import { kinds } from '../../src/sandbox/controllers/kinds.ts';
import {
  destinationRule,
  echoDeployment,
  istioGateway,
  namespace,
  service,
  virtualService,
} from '../helpers/manifests.ts';
import { ask, askTimes, countBy } from '../helpers/tcp.ts';
import { startWorld, type World } from '../helpers/world.ts';

const port = 31400;
const pod: KubeObject = {
  ...kinds.pod,
  metadata: { name: 'ingress', namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
};
const v1 = `outbound|9000|v1|tcp-echo.${namespace}.svc.cluster.local`;
const v2 = `outbound|9000|v2|tcp-echo.${namespace}.svc.cluster.local`;

/** A registry that only lists; later objects are younger. */
function listing(...objects: KubeObject[]) {
  const aged = objects.map((object, index) => ({
    ...object,
    metadata: { ...object.metadata, creationTimestamp: `2026-01-01T00:00:0${index}Z` },
  }));
  return {
    list: ({ apiVersion, kind }: KindRef) =>
      aged.filter((object) => object.apiVersion === apiVersion && object.kind === kind),
  };
}

function named(object: KubeObject, metadata: object): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

function serversFor(...objects: KubeObject[]) {
  return tcpServers(listing(...objects), pod);
}

describe('what Istio makes of a VirtualService', () => {
  const gateway = istioGateway(port);

  test('is weighted clusters, without those of weight 0', () => {
    expect(serversFor(gateway, virtualService(port, { v1: 80, v2: 20 }))).toEqual([
      {
        port,
        route: {
          weightedClusters: [
            { name: v1, weight: 80 },
            { name: v2, weight: 20 },
          ],
        },
      },
    ]);
    expect(serversFor(gateway, virtualService(port, { v1: 100, v2: 0 }))[0]!.route).toEqual({
      weightedClusters: [{ name: v1, weight: 100 }],
    });
  });

  test('counts an omitted weight as 0 beside others, and gives everything to a sole destination', () => {
    expect(serversFor(gateway, virtualService(port, { v1: undefined, v2: 20 }))[0]!.route).toEqual({
      weightedClusters: [{ name: v2, weight: 20 }],
    });
    expect(serversFor(gateway, virtualService(port, { v1: undefined }))[0]!.route).toEqual({ cluster: v1 });
  });

  test('is of the oldest that fits', () => {
    const first = named(virtualService(port, { v1: 1 }), { name: 'z-first' });
    const second = named(virtualService(port, { v2: 1 }), { name: 'a-second' });
    expect(serversFor(gateway, first, second)[0]!.route).toEqual({ cluster: v1 });
    expect(serversFor(gateway, second, first)[0]!.route).toEqual({ cluster: v2 });
  });

  const fits: [string, object, object][] = [
    ['its gateway named with the namespace', { gateways: [`${namespace}/tcp-echo-gateway`] }, {}],
    ['hosts that overlap', { hosts: ['echo.example.com'] }, { hosts: ['*.example.com'] }],
    ['the same host', { hosts: ['echo.example.com'] }, { hosts: ['echo.example.com'] }],
    ['a server for its namespace', {}, { hosts: [`${namespace}/*`] }],
    ["a server for the gateway's own namespace", {}, { hosts: ['./*'] }],
  ];
  test.each(fits)('is taken with %s', (_, spec, server) => {
    const taken = virtualService(port, { v1: 1 }, spec);
    expect(serversFor(istioGateway(port, server), taken)[0]!.route).toEqual({ cluster: v1 });
  });

  const misses: [string, object, object][] = [
    ['another gateway', { gateways: ['other'] }, {}],
    ['no gateway', { gateways: ['mesh'] }, {}],
    ['another host', { hosts: ['a.example.com'] }, { hosts: ['b.example.com'] }],
    ['a host outside the wildcard', { hosts: ['example.org'] }, { hosts: ['*.example.com'] }],
    ['a server for another namespace', {}, { hosts: ['default/*'] }],
    ['no TCP rule', { tcp: undefined }, {}],
  ];
  test.each(misses)('is not taken with %s', (_, spec, server) => {
    const missed = virtualService(port, { v1: 1 }, spec);
    expect(serversFor(istioGateway(port, server), missed)).toEqual([{ port, route: undefined }]);
  });

  test('is the first rule whose match fits', () => {
    const to = (subset: string) => [{ destination: { host: 'tcp-echo', port: { number: 9000 }, subset } }];
    const tcp = (...rules: object[]) => serversFor(gateway, virtualService(port, {}, { tcp: rules }))[0]!.route;
    const other = { match: [{ port: 1 }], route: to('v2') };
    expect(tcp(other, { match: [{ port: 1 }, { port }], route: to('v1') })).toEqual({ cluster: v1 });
    expect(tcp(other, { route: to('v1') })).toEqual({ cluster: v1 });
    expect(tcp(other, { match: [], route: to('v1') })).toEqual({ cluster: v1 });
    expect(tcp({ match: [{ gateways: ['other'] }], route: to('v2') }, { match: [{ port }], route: to('v1') })).toEqual({
      cluster: v1,
    });
    expect(tcp(other)).toBeUndefined();
  });

  test('finds the port of a Service that has one alone', () => {
    const route = [{ destination: { host: 'tcp-echo', subset: 'v1' } }];
    const routed = virtualService(port, {}, { tcp: [{ route }] });
    expect(serversFor(gateway, service('tcp-echo', {}), routed)[0]!.route).toEqual({ cluster: v1 });
    expect(serversFor(gateway, routed)[0]!.route).toEqual({ cluster: v1.replace('9000', String(port)) });
  });

  test('leaves a host with dots as it is', () => {
    const route = [{ destination: { host: 'tcp-echo.elsewhere', port: { number: 9000 } } }];
    expect(serversFor(gateway, virtualService(port, {}, { tcp: [{ route }] }))[0]!.route).toEqual({
      cluster: 'outbound|9000||tcp-echo.elsewhere',
    });
  });
});

describe('what Istio makes of a Gateway', () => {
  test('is nothing for pods that it does not select, or without a selector', () => {
    const other = istioGateway(port);
    other.spec.selector = { istio: 'other' };
    const none = named(istioGateway(port), { name: 'none' });
    delete none.spec.selector;
    expect(serversFor(other, none)).toEqual([]);
  });

  test('is its TCP servers, each port for the oldest', () => {
    const http = istioGateway(80, { port: { number: 80, name: 'http', protocol: 'HTTP' } });
    const younger = named(istioGateway(port), { name: 'younger' });
    expect(serversFor(http, istioGateway(port), younger)).toEqual([{ port, route: undefined }]);
  });
});

describe('on the ingress gateway', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ gatewayReplicas: 2 });
    world.apply(echoDeployment('v1', 'one'), echoDeployment('v2', 'two'), service('tcp-echo', { app: 'tcp-echo' }));
    for (const name of ['tcp-echo-v1', 'tcp-echo-v2']) {
      await world.until(kinds.deployment, name, ({ status }) => status?.availableReplicas === 1);
    }
  });
  afterEach(() => world.stop());

  function ingressPods(): KubeObject[] {
    return world.registry.list(kinds.pod, 'istio-system');
  }

  async function admin(target: KubeObject, path: string): Promise<IncomingMessage> {
    const socket = await world.controllers.connectPod(target, 15000);
    const request = httpGet({ path, createConnection: () => socket });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  /** The weights that a replica has in force, as its admin port shows them; undefined while it has no listener. */
  async function weightsOf(target: KubeObject): Promise<unknown> {
    const dump = (await json(await admin(target, '/config_dump?resource=dynamic_listeners'))) as any;
    return dump.configs?.[0].active_state.listener.filter_chains[0].filters.at(-1).typed_config.weighted_clusters
      .clusters;
  }

  async function inForce(...expected: object[]): Promise<void> {
    await world.quiet();
    for (const target of ingressPods()) expect(await weightsOf(target)).toEqual(expected);
  }

  const routed = () => [
    istioGateway(world.port),
    destinationRule('v1', 'v2'),
    virtualService(world.port, { v1: 80, v2: 20 }),
  ];

  test('each pod shows the weights that it has in force, and counts its connections', async () => {
    world.apply(...routed());
    await inForce({ name: v1, weight: 80 }, { name: v2, weight: 20 });
    await askTimes(world.port, 10);
    const pages = await Promise.all(
      ingressPods().map(async (target) => text(await admin(target, '/stats?filter=upstream_cx_total'))),
    );
    for (const page of pages) {
      expect(page).toContain(`cluster.${v1};.upstream_cx_total: 4\n`);
      expect(page).toContain(`cluster.${v2};.upstream_cx_total: 1\n`);
    }
  });

  test('each pod tells in /clusters what it opened to each endpoint, and forgets those that left the Service', async () => {
    const opened = () =>
      Promise.all(
        ingressPods().map(async (target) => {
          const counters = readEndpointCounters(await text(await admin(target, '/clusters')));
          return [counters.get(v1), counters.get(v2)];
        }),
      );
    world.apply(...routed());
    await inForce({ name: v1, weight: 80 }, { name: v2, weight: 20 });
    await askTimes(world.port, 10);
    expect(await opened()).toEqual([
      [4, 1],
      [4, 1],
    ]);
    world.apply(service('tcp-echo', { app: 'other' }));
    await world.quiet();
    expect(await opened()).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    world.apply(service('tcp-echo', { app: 'tcp-echo' }));
    await world.quiet();
    expect(await opened()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test("a connection to a pod's own listener obeys the weights as well", async () => {
    world.apply(...routed());
    await inForce({ name: v1, weight: 80 }, { name: v2, weight: 20 });
    const [target] = ingressPods();
    const words: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      const answer = await ask(await world.controllers.connectPod(target!, world.port));
      words.push(answer.split(' ')[0]!);
    }
    expect(countBy(words)).toEqual({ one: 8, two: 2 });
  });

  test.each([
    ['a subset that does not exist', { v1: 3, v9: 1 }],
    ['a subset without pods', { v1: 3, v3: 1 }],
  ])('connections for %s are accepted and closed, in their part', async (_, weights) => {
    world.apply(istioGateway(world.port), destinationRule('v1', 'v2', 'v3'), virtualService(world.port, weights));
    const names = Object.entries(weights).map(([subset, weight]) => ({ name: v1.replace('v1', subset), weight }));
    await inForce(...names);
    expect(countBy(await askTimes(world.port, 8))).toEqual({ one: 6, '': 2 });
  });

  test('no status is written for a VirtualService', async () => {
    world.apply(...routed());
    await inForce({ name: v1, weight: 80 }, { name: v2, weight: 20 });
    expect(world.registry.get(kinds.virtualService, 'tcp-echo', namespace)!.status).toBeUndefined();
  });
});

test('the replicas take a change over one after another', async () => {
  const world = await startWorld({ gatewayReplicas: 2, propagationDelayMs: 1000 });
  onTestFinished(async () => {
    vi.useRealTimers();
    await world.stop();
  });
  world.apply(echoDeployment('v1', 'one'), echoDeployment('v2', 'two'), service('tcp-echo', { app: 'tcp-echo' }));
  for (const name of ['tcp-echo-v1', 'tcp-echo-v2']) {
    await world.until(kinds.deployment, name, ({ status }) => status?.availableReplicas === 1);
  }
  // Connections go to the two replicas in turn: each pair of them has one of both.
  const pair = async () => (await askTimes(world.port, 2)).join(' ');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  world.apply(istioGateway(world.port), destinationRule('v1', 'v2'), virtualService(world.port, { v1: 1 }));
  await world.quiet();
  vi.advanceTimersByTime(2000);
  expect(await pair()).toBe('one one');
  world.apply(virtualService(world.port, { v2: 1 }));
  await world.quiet();
  expect(await pair()).toBe('one one');
  vi.advanceTimersByTime(1000);
  expect((await pair()).split(' ').sort()).toEqual(['one', 'two']);
  vi.advanceTimersByTime(1000);
  expect(await pair()).toBe('two two');
});

test('a stopped cluster holds no port and answers nothing', async () => {
  const world = await startWorld();
  world.apply(echoDeployment('v1', 'one'), service('tcp-echo', { app: 'tcp-echo' }));
  world.apply(istioGateway(world.port), destinationRule('v1'), virtualService(world.port, { v1: 1 }));
  await world.until(kinds.deployment, 'tcp-echo-v1', ({ status }) => status?.availableReplicas === 1);
  await world.quiet();
  expect(await askTimes(world.port, 1)).toEqual(['one']);
  const target = world.registry.list(kinds.pod, namespace)[0]!;
  await world.stop();
  await expect(askTimes(world.port, 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(world.controllers.connectPod(target, 9000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
