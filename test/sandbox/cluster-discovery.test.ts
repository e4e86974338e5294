import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { ShiftError } from '../../src/errors.ts';
import { connectTo, listening, reply, status, writeKubeconfig } from '../helpers/cluster.ts';
import { rejection } from '../helpers/refusal.ts';

/** An API server that knows no aggregated discovery; the first answers of /apis are `silent` for ever, or `failures`. */
async function legacyServer({ failures = 0, silent = 0 } = {}) {
  const requests: string[] = [];
  const documents: Record<string, unknown> = {
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        {
          name: 'gateway.networking.k8s.io',
          versions: ['v1alpha2', 'v1'].map((version) => ({
            groupVersion: `gateway.networking.k8s.io/${version}`,
            version,
          })),
          preferredVersion: { version: 'v1' },
        },
        { name: 'gone.io', versions: [{ groupVersion: 'gone.io/v1', version: 'v1' }] },
      ],
    },
    '/apis/gateway.networking.k8s.io/v1': { resources: [{ name: 'gateways', kind: 'Gateway', namespaced: true }] },
    '/apis/gateway.networking.k8s.io/v1alpha2': {
      resources: [
        { name: 'tcproutes', kind: 'TCPRoute', namespaced: true },
        { name: 'tcproutes/status', kind: 'TCPRoute', namespaced: true },
        { name: 'gateways', kind: 'Gateway', namespaced: true },
      ],
    },
    '/api/v1': { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] },
    '/api/v1/namespaces/demo': { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'demo' } },
  };
  const server = createServer((request, response) => {
    requests.push(request.url!);
    if (request.url === '/apis' && (silent -= 1) >= 0) return;
    if (request.url === '/apis' && (failures -= 1) >= 0)
      return reply(response, 500, status(500, 'InternalError', 'oops'));
    const found = documents[request.url!];
    return found ? reply(response, 200, found) : reply(response, 404, status(404, 'NotFound', 'not found'));
  });
  const kubeconfig = await writeKubeconfig({ cluster: { server: `http://127.0.0.1:${await listening(server)}` } });
  return { cluster: await connectTo({ kubeconfig }), requests };
}

test('legacy discovery: the versions that serve a kind, the preferred one first', async () => {
  const { cluster, requests } = await legacyServer();
  const [gateways, routes] = await Promise.all([
    cluster.servedVersions('gateway.networking.k8s.io', 'Gateway'),
    cluster.servedVersions('gateway.networking.k8s.io', 'TCPRoute'),
  ]);
  expect(gateways).toEqual(['v1', 'v1alpha2']);
  expect(routes).toEqual(['v1alpha2']);
  expect(await cluster.servedVersions('gone.io', 'Thing')).toEqual([]);
  expect(requests.toSorted()).toEqual([
    '/apis',
    '/apis/gateway.networking.k8s.io/v1',
    '/apis/gateway.networking.k8s.io/v1alpha2',
    '/apis/gone.io/v1',
  ]);
});

test('a kind outside namespaces keeps out of the default one', async () => {
  const { cluster, requests } = await legacyServer();
  expect(await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'demo' })).toMatchObject({ kind: 'Namespace' });
  expect(requests).toEqual(['/api/v1', '/api/v1/namespaces/demo']);
});

test('discovery that failed is asked again', async () => {
  const { cluster } = await legacyServer({ failures: 1 });
  const { message } = await rejection(cluster.servedVersions('gateway.networking.k8s.io', 'TCPRoute'));
  expect(message).toBe('cannot ask which APIs the cluster serves: the API server answered 500: oops');
  expect(await cluster.servedVersions('gateway.networking.k8s.io', 'TCPRoute')).toEqual(['v1alpha2']);
});

test('whoever gives up takes the answer from nobody else who waits for it', async () => {
  const { cluster, requests } = await legacyServer({ silent: 1 });
  const stop = new AbortController();
  const reason = new ShiftError('interrupted', 'interrupted');
  const impatient = cluster.withSignal(stop.signal).servedVersions('gateway.networking.k8s.io', 'TCPRoute');
  const patient = cluster.servedVersions('gateway.networking.k8s.io', 'TCPRoute');
  await expect.poll(() => requests).toEqual(['/apis']);
  stop.abort(reason);
  await expect(impatient).rejects.toBe(reason);
  expect(await patient).toEqual(['v1alpha2']);
});
