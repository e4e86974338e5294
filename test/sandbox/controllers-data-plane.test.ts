import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Condition, KubeObject } from '../../src/core/objects.ts';
import { kinds } from '../../src/sandbox/controllers/kinds.ts';
import {
  destinationRule,
  echoDeployment,
  gateway,
  istioGateway,
  namespace,
  service,
  tcpRoute,
  virtualService,
} from '../helpers/manifests.ts';
import { ask, askTimes, countBy, dial, listenAnywhere, readLine } from '../helpers/tcp.ts';
import { startWorld, type World } from '../helpers/world.ts';

let world: World;
afterEach(() => world.stop());

const workloads = [
  echoDeployment('v1', 'one'),
  echoDeployment('v2', 'two'),
  service('tcp-echo', { app: 'tcp-echo' }),
  service('tcp-echo-v1', { app: 'tcp-echo', version: 'v1' }),
  service('tcp-echo-v2', { app: 'tcp-echo', version: 'v2' }),
];

function condition({ status }: KubeObject, type: string): Condition | undefined {
  return (status?.conditions as Condition[] | undefined)?.find((entry) => entry.type === type);
}

function isProgrammed(object: KubeObject): boolean {
  return condition(object, 'Programmed')?.status === 'True';
}

async function applyWorkloads(): Promise<void> {
  world.apply(...workloads);
  for (const name of ['tcp-echo-v1', 'tcp-echo-v2']) {
    await world.until(kinds.deployment, name, (object) => object.status?.availableReplicas === 1);
  }
}

function weighted(v1: number, v2: number): object[] {
  return [
    { name: 'tcp-echo-v1', weight: v1 },
    { name: 'tcp-echo-v2', weight: v2 },
  ];
}

describe('the whole path of the Gateway API', () => {
  test('splits by the weights of the route, and obeys new ones', async () => {
    world = await startWorld();
    await applyWorkloads();
    world.apply(gateway([{ name: 'tcp', port: world.port }]), tcpRoute(weighted(80, 20)));
    await world.until(kinds.gateway, 'tcp-echo-gateway', isProgrammed);
    expect(countBy(await askTimes(world.port, 20))).toEqual({ one: 16, two: 4 });
    world.apply(tcpRoute(weighted(0, 100)));
    await world.until(kinds.tcpRoute, 'tcp-echo', ({ status, metadata }) =>
      status.parents.every(({ conditions }: { conditions: Condition[] }) =>
        conditions.every(({ observedGeneration }) => observedGeneration === metadata.generation),
      ),
    );
    expect(countBy(await askTimes(world.port, 5))).toEqual({ two: 5 });
  });

  test('says which port is taken and by whom, and opens it when it gets free', async () => {
    const holder = createServer();
    const port = await listenAnywhere(holder);
    world = await startWorld({ ingressPort: port });
    await applyWorkloads();
    world.apply(gateway([{ name: 'tcp', port }]), tcpRoute(weighted(100, 0)));
    const failed = await world.until(
      kinds.gateway,
      'tcp-echo-gateway',
      (object) => condition(object, 'Programmed')?.reason === 'AddressNotUsable',
    );
    expect(condition(failed, 'Programmed')?.message).toContain(`port ${port} on 127.0.0.1 is in use`);
    const [listener] = failed.status.listeners;
    const programmed = listener.conditions.find(({ type }: Condition) => type === 'Programmed');
    expect(programmed).toMatchObject({ status: 'False', reason: 'PortUnavailable' });
    expect(failed.status.addresses).toBeUndefined();
    holder.close();
    await once(holder, 'close');
    await world.until(kinds.gateway, 'tcp-echo-gateway', isProgrammed);
    expect(await ask(await dial(port))).toBe('one hello');
  });
});

describe('the whole path of the Istio API', () => {
  test('splits by the weights of the VirtualService, and obeys new ones', async () => {
    world = await startWorld();
    await applyWorkloads();
    world.apply(istioGateway(world.port), destinationRule('v1', 'v2'), virtualService(world.port, { v1: 80, v2: 20 }));
    await world.quiet();
    expect(countBy(await askTimes(world.port, 20))).toEqual({ one: 16, two: 4 });
    world.apply(virtualService(world.port, { v1: 50, v2: 50 }));
    await world.quiet();
    expect(countBy(await askTimes(world.port, 20))).toEqual({ one: 10, two: 10 });
  });

  test('takes the address off the ingress Service while its port is taken', async () => {
    const holder = createServer();
    const port = await listenAnywhere(holder);
    world = await startWorld({ ingressPort: port });
    world.apply(istioGateway(port));
    const ingress = () => world.registry.get(kinds.service, 'istio-ingressgateway', 'istio-system')!;
    expect(ingress().status.loadBalancer.ingress).toEqual([{ ip: '127.0.0.1', ipMode: 'VIP' }]);
    await world.settled(kinds.service, () => condition(ingress(), 'LoadBalancerPortsError')?.status === 'True');
    expect(condition(ingress(), 'LoadBalancerPortsError')?.message).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(ingress().status.loadBalancer).toEqual({});
    holder.close();
    await world.settled(kinds.service, () => ingress().status.loadBalancer.ingress !== undefined);
    expect(condition(ingress(), 'LoadBalancerPortsError')).toBeUndefined();
  });
});

describe('an open connection', () => {
  /** Whether a connection outlives a change, where the old chain's connections are closed at once. */
  async function outlives(change: () => void | Promise<void>): Promise<boolean> {
    const held = await dial(world.port);
    held.write('here\n');
    expect(await readLine(held)).toMatch(/ here\n/);
    held.resume();
    await change();
    await world.quiet();
    await askTimes(world.port, 1);
    return !held.readableEnded && (await ask(held, 'still')).endsWith(' still');
  }

  test('ends by a change of the numbers of a TCPRoute, and by nothing else', async () => {
    world = await startWorld({ drainMs: 0 });
    await applyWorkloads();
    const to = (v1: number, v2: number) => () => world.apply(tcpRoute(weighted(v1, v2)));
    world.apply(gateway([{ name: 'tcp', port: world.port }]), tcpRoute(weighted(60, 40)));
    await world.until(kinds.gateway, 'tcp-echo-gateway', isProgrammed);
    expect(await outlives(to(60, 40))).toBe(true);
    expect(await outlives(to(6, 4))).toBe(false);
    expect(await outlives(to(0, 100))).toBe(false);
    // One destination with weight is left, before and after: Istio gives the proxy the same sole cluster.
    expect(await outlives(to(0, 50))).toBe(true);
    const scale = async (): Promise<void> => {
      world.apply(echoDeployment('v2', 'two', { replicas: 2 }));
      await world.until(kinds.deployment, 'tcp-echo-v2', ({ status }) => status?.availableReplicas === 2);
    };
    expect(await outlives(scale)).toBe(true);
    const label = { ...tcpRoute(weighted(0, 50)) };
    label.metadata = { ...label.metadata, annotations: { note: 'seen' } };
    expect(await outlives(() => world.apply(label))).toBe(true);
  });

  test('ends by a change of the numbers of a VirtualService, also where one version has them all', async () => {
    world = await startWorld({ drainMs: 0 });
    await applyWorkloads();
    const to = (v1: number, v2: number) => () => world.apply(virtualService(world.port, { v1, v2 }));
    world.apply(istioGateway(world.port), destinationRule('v1', 'v2'), virtualService(world.port, { v1: 8, v2: 2 }));
    await world.quiet();
    expect(await outlives(to(8, 2))).toBe(true);
    expect(await outlives(to(80, 20))).toBe(false);
    expect(await outlives(to(0, 100))).toBe(false);
    expect(await outlives(to(0, 50))).toBe(false);
  });
});

describe('pods behind a gateway', () => {
  test('answer through a connection to the pod', async () => {
    world = await startWorld();
    await applyWorkloads();
    const pod = world.registry
      .list(kinds.pod, namespace)
      .find(({ metadata }) => metadata.labels?.['version'] === 'v2')!;
    expect(await ask(await world.controllers.connectPod(pod, 9001))).toBe('two hello');
    await expect(world.controllers.connectPod(pod, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
