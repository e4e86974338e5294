import { duplexPair, type Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import type { Cluster, PodPort } from '../../src/cluster/cluster.ts';
import { gatherEvidence } from '../../src/operations/gateways/counters.ts';
import { planeOf } from '../../src/operations/gateways/plane.ts';
import { gatewayProxies } from '../../src/operations/gateways/ready-pods.ts';
import { waitProgrammed } from '../../src/operations/gateways/programmed.ts';
import { readProxies } from '../../src/operations/gateways/weights.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';
import { systemClock } from '../../src/io.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { rejection } from '../helpers/refusal.ts';
import { gateway, namespace, taskBackends, tcpRoute } from '../helpers/routes.ts';

function gatewayPod(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'gateway.networking.k8s.io/gateway-name': 'tcp-echo-gateway' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function dump(v2: number): string {
  const clusters = [
    { name: `outbound|9000||tcp-echo-v1.${namespace}.svc.cluster.local`, weight: 100 - v2 },
    { name: `outbound|9000||tcp-echo-v2.${namespace}.svc.cluster.local`, weight: v2 },
  ];
  const filters = [{ name: 'envoy.filters.network.tcp_proxy', typed_config: { weighted_clusters: { clusters } } }];
  const listener = { address: { socket_address: { port_value: 31_400 } }, filter_chains: [{ filters }] };
  return JSON.stringify({ configs: [{ active_state: { listener } }] });
}

/** The near end of a connection whose far end answers once with this text, or never. */
function connection(answer: string | undefined, signal: AbortSignal): Duplex {
  const [near, far] = duplexPair();
  signal.addEventListener('abort', () => near.destroy(signal.reason as Error));
  far.on('error', () => {});
  far.once('data', () => {
    if (answer !== undefined) far.end(`HTTP/1.1 200 OK\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`);
  });
  return near;
}

type Proxy = string | undefined | ShiftError | (() => string);

/** The task's route at 20 %, and a session that reaches these proxies by their pods' names; one that is undefined is silent. */
function world(proxies: Record<string, Proxy>, more: readonly KubeObject[] = []) {
  const route = tcpRoute(taskBackends);
  const objects = [route, gateway(), ...Object.keys(proxies).map(gatewayPod), ...more];
  const reader = memoryReader({ objects, served: { 'Gateway.gateway.networking.k8s.io': ['v1'] } });
  const portForward = async ({ pod }: PodPort, signal: AbortSignal): Promise<Duplex> => {
    const proxy = proxies[pod];
    if (proxy instanceof ShiftError) throw proxy;
    return connection(typeof proxy === 'function' ? proxy() : proxy, signal);
  };
  const api = routingApis['gateway-api'];
  const target = { api, view: api.readRoute(route), namespace };
  const cluster = { ...reader, portForward } as Partial<Cluster> as Cluster;
  const io = { clock: systemClock, signal: new AbortController().signal } as never;
  return { target, session: { cluster, io } };
}

const gone = new ShiftError('notFound', 'cannot forward a port to Pod gone: not found', { hint: 'look' });

test('a pod that is silent, and one that fails alone, are told of beside those that answer', async () => {
  const { target, session } = world({ fast: dump(20), gone, stuck: undefined });
  expect(await readProxies(target, session, { timeoutMs: 100 })).toEqual([
    {
      namespace,
      pod: 'fast',
      warming: false,
      weights: [
        { version: 'v1', weight: 80 },
        { version: 'v2', weight: 20 },
      ],
    },
    { namespace, pod: 'gone', weights: null, problem: 'cannot forward a port to Pod gone: not found' },
    { namespace, pod: 'stuck', weights: null, problem: 'no answer in 100ms' },
  ]);
});

test('a pod that is silent alone is told of', async () => {
  const { target, session } = world({ stuck: undefined });
  expect(await readProxies(target, session, { timeoutMs: 49.5 })).toMatchObject([{ pod: 'stuck', weights: null }]);
});

test('where no proxy can be read, the reason is thrown', async () => {
  const { target, session } = world({ gone, again: gone });
  await expect(readProxies(target, session)).rejects.toBe(gone);
});

test('the wait for new weights ends with the pods that lag', async () => {
  const { target, session } = world({ fast: dump(30), slow: dump(20), stuck: undefined });
  const wanted = [
    { version: 'v1', weight: 70 },
    { version: 'v2', weight: 30 },
  ];
  expect(await rejection(waitProgrammed(target, wanted, { timeoutMs: 50 }, session))).toMatchObject({
    kind: 'timeout',
    message:
      'after 50ms not every gateway pod has the new weights: slow has v1=80 v2=20, stuck does not tell (no answer in 1s)',
    hint: 'tcpshift status',
  });
});

test('a pod that is silent keeps no other from being read again', async () => {
  let reads = 0;
  const follower = () => dump(reads++ === 0 ? 20 : 30);
  const { target, session } = world({ follower, stuck: undefined });
  const wanted = [
    { version: 'v1', weight: 70 },
    { version: 'v2', weight: 30 },
  ];
  const { message } = await rejection(waitProgrammed(target, wanted, { timeoutMs: 1500 }, session));
  expect(message).toBe(
    'after 1.5s it is not known whether every gateway pod has the new weights: stuck does not tell (no answer in 1s)',
  );
});

test('a proxy in which several chains fit is told of beside those that answer', async () => {
  const { configs } = JSON.parse(dump(20)) as {
    configs: { active_state: { listener: { filter_chains: object[] } } }[];
  };
  const [other] = JSON.parse(dump(30)).configs;
  configs[0]!.active_state.listener.filter_chains.push(...other.active_state.listener.filter_chains);
  const { target, session } = world({ clear: dump(20), doubtful: JSON.stringify({ configs }) });
  expect(await readProxies(target, session)).toMatchObject([
    { pod: 'clear', weights: [{ weight: 80 }, { weight: 20 }] },
    {
      pod: 'doubtful',
      weights: null,
      problem: 'several filter chains with different weights fit port 31400: number 1, number 2',
    },
  ]);
});

/** The class of the Gateway, of this controller. */
const gatewayClass = (controllerName: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'istio' },
  spec: { controllerName },
});

const weightsOfClear = [{ pod: 'clear', weights: [{ weight: 80 }, { weight: 20 }] }];

test('the plane that serves a route is that of the controller of its GatewayClass', async () => {
  const { target, session } = world({ clear: dump(20) }, [gatewayClass('istio.io/gateway-controller')]);
  expect(await planeOf(target, session)).toMatchObject({ name: 'istio', adminPort: 15_000, pick: 'random' });
  expect(await readProxies(target, session)).toMatchObject(weightsOfClear);
});

test("gateways of another controller are not asked as Istio's are, and that is told", async () => {
  const more = [gatewayClass('traefik.io/gateway-controller')];
  const { target, session } = world({ other: new ShiftError('cluster', 'asked') }, more);
  const error = {
    kind: 'cluster',
    message: 'tcpshift cannot ask the gateways of traefik.io/gateway-controller for their weights or connections',
    hint: 'judge the split by probes: tcpshift verify',
  };
  expect(await planeOf(target, session)).toMatchObject({ name: 'unknown', pick: 'unknown', cannotTell: error.message });
  expect(await rejection(readProxies(target, session))).toMatchObject(error);
  expect(await rejection(waitProgrammed(target, target.view.split, { timeoutMs: 1000 }, session))).toMatchObject(error);
  expect(await rejection(gatherEvidence(target, 1000, { ...session, progress: {} as never }))).toMatchObject(error);
  // Connections of our own can be opened to them all the same.
  expect(await gatewayProxies(target, session)).toEqual([{ namespace, pod: 'other', listenerPort: 31_400 }]);
});

test('why such a gateway tells nothing is said even where it has no pods here', async () => {
  const { target, session } = world({}, [gatewayClass('example.com/in-the-cloud')]);
  expect((await rejection(readProxies(target, session))).message).toContain('the gateways of example.com/in-the-cloud');
});

test("where the class may not be read, Istio's way is tried", async () => {
  const { target, session } = world({ clear: dump(20) });
  const get: Cluster['get'] = async (ref) => {
    if (ref.kind === 'GatewayClass') throw new ShiftError('forbidden', 'may not get GatewayClass istio');
    return session.cluster.get(ref);
  };
  const limited = { ...session, cluster: { ...session.cluster, get } };
  expect((await planeOf(target, limited)).name).toBe('istio');
  expect(await readProxies(target, limited)).toMatchObject(weightsOfClear);
});

test('a pod that may not be asked ends the wait at once, for waiting brings no permission', async () => {
  const refused = new ShiftError('forbidden', 'may not create pods/portforward', { hint: 'ask for it' });
  const { target, session } = world({ open: dump(20), closed: refused });
  expect(await readProxies(target, session)).toMatchObject([{ pod: 'open' }, { pod: 'closed', weights: null }]);
  await expect(waitProgrammed(target, target.view.split, { timeoutMs: 60_000 }, session)).rejects.toBe(refused);
});
