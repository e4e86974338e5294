import { expect, onTestFinished, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { waitReady } from '../../src/operations/route/readiness.ts';
import type { Target } from '../../src/operations/route/target.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { startApi } from '../helpers/api.ts';
import { connectTo } from '../helpers/cluster.ts';
import { freePort } from '../helpers/free-port.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';
import { tcpRoute } from '../helpers/routes.ts';

const group = 'gateway.networking.k8s.io/v1';
const place = { name: 'tcp-echo-gateway', namespace: 'default' };

function gatewayOf(gatewayClassName: string, port: number): KubeObject {
  const listeners = [{ name: 'tcp-31400', port, protocol: 'TCP' }];
  return { apiVersion: group, kind: 'Gateway', metadata: place, spec: { gatewayClassName, listeners } };
}

/** The task's route, waited for on a clock of its own in a sandbox that counts the reads of the one who waits. */
async function waiting(gatewayClassName: string, watches: 'told' | 'silent' = 'told') {
  const reads: string[] = [];
  let counting = false;
  const port = await freePort();
  const api = await startApi(
    { ingressPort: port },
    {
      faults({ method, path }) {
        if (counting && /gateways|routes|classes/.test(path)) {
          reads.push(`${method} ${path.replace(/\?.*watch=true.*/, ' watched').replace(/^.*\/|\?.*/g, '')}`);
        }
        const isSilent = watches === 'silent' && path.includes('watch=true');
        return isSilent ? { do: 'delay', ms: 60_000 } : undefined;
      },
    },
  );
  onTestFinished(() => api.stop());
  const cluster = await connectTo({ kubeconfig: api.kubeconfig });
  const { metadata, ...route } = tcpRoute([{ name: 'tcp-echo-v1', port: 9000, weight: 1 }]);
  await cluster.create(gatewayOf(gatewayClassName, port));
  const object = await cluster.create({ ...route, metadata: { name: metadata.name, namespace: 'default' } });
  const clock = manualClock();
  const target = { api: routingApis['gateway-api'], view: routingApis['gateway-api'].readRoute(object) } as Target;
  const io = { clock, signal: new AbortController().signal };
  const session = { cluster, io, progress: { warn: () => {} } } as unknown as Parameters<typeof waitReady>[1];
  counting = true;
  const ready = waitReady(target, session, { timeoutMs: 60_000, addressMs: 3000, hint: () => 'look at it' });
  return { ready, clock, cluster, reads, port };
}

const backend: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'tcp-echo-v1', namespace: place.namespace },
  spec: { ports: [{ port: 9000 }] },
};

const readOnceAndWatched = [
  'GET gatewayclasses',
  'GET gatewayclasses watched',
  'GET gateways',
  'GET gateways watched',
  'GET tcproutes',
  'GET tcproutes watched',
];

test('a route that nobody takes up is read and watched, and read once more before it is given up', async () => {
  const { ready, clock, reads } = await waiting('nobody');
  const refused = rejection(ready);
  await expect.poll(() => reads.toSorted()).toEqual(readOnceAndWatched);
  expect(clock.slept).toEqual([5000]);
  clock.advance(60_000);
  expect((await refused).message).toMatch(/^after 1m TCPRoute tcp-echo has no current Accepted condition/);
  const again = ['GET nobody', 'GET tcp-echo', 'GET tcp-echo-gateway'];
  expect(reads.toSorted()).toEqual([...readOnceAndWatched, ...again].toSorted());
});

test('no time needs to pass until a change is seen, of the Gateway as of the route', async () => {
  const { ready, cluster, reads, port } = await waiting('nobody');
  await expect.poll(() => reads.toSorted()).toEqual(readOnceAndWatched);
  const { name } = place;
  await cluster.create(backend);
  await cluster.apply(gatewayOf('istio', port), { force: true });
  expect((await ready).map(({ type, ref, state }) => [type, ref.name, state])).toEqual([
    ['Accepted', 'tcp-echo', 'true'],
    ['ResolvedRefs', 'tcp-echo', 'true'],
    ['Programmed', name, 'true'],
  ]);
});

test('a watch that holds its events back delays what is seen by seconds, and not until the time is up', async () => {
  const { ready, clock, cluster, reads, port } = await waiting('nobody', 'silent');
  await expect.poll(() => reads.filter((read) => read.endsWith('watched'))).toHaveLength(3);
  await cluster.create(backend);
  await cluster.apply(gatewayOf('istio', port), { force: true });
  const programmed = ({ status }: KubeObject): string => JSON.stringify(status ?? {});
  const gateway = { apiVersion: group, kind: 'Gateway', ...place };
  await expect.poll(async () => programmed((await cluster.get(gateway))!)).toMatch(/"Programmed","status":"True"/);
  await clock.asleep(5000);
  clock.advance(5000);
  expect((await ready).find(({ type }) => type === 'Accepted')?.state).toBe('true');
});
