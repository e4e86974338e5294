import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { readyEndpoints } from '../../src/routing/ready-endpoints.ts';
import { tcpRoute } from '../helpers/manifests.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { virtualService } from '../helpers/routes.ts';

const namespace = 'shop';

function service(name: string, spec: object = { selector: { app: 'pg' } }): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec };
}

function slice(
  owner: string,
  name: string,
  ...endpoints: [address: string, ready?: boolean, pod?: string][]
): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': owner } },
    endpoints: endpoints.map(([address, ready, pod]) => ({
      addresses: [address],
      conditions: ready === undefined ? {} : { ready },
      ...(pod === undefined ? {} : { targetRef: { kind: 'Pod', name: pod } }),
    })),
  };
}

async function countsOf(view: ReturnType<typeof routingApis.istio.readRoute>, objects: KubeObject[]) {
  const found = await readyEndpoints(view, [...view.backends.keys()], memoryReader({ objects }));
  return Object.fromEntries(found.map(({ version, ready, isService }) => [version, isService ? ready : 'no Service']));
}

test('endpoints are counted by the slices of a Service, whether or not it has a selector', async () => {
  const route = tcpRoute(['a', 'b', 'c', 'd'].map((name) => ({ name, weight: 1 })));
  route.metadata.namespace = namespace;
  const view = routingApis['gateway-api'].readRoute(route);
  const counts = await countsOf(view, [
    service('a'),
    slice('a', 'a-1', ['10.0.0.1', true], ['10.0.0.2', false]),
    slice('a', 'a-2', ['10.0.0.1', true]),
    service('b', {}),
    slice('b', 'b-1', ['192.0.2.1']),
    service('c', { type: 'ExternalName', externalName: 'db.example.com' }),
  ]);
  expect(counts).toEqual({ a: 1, b: 1, d: 'no Service' });
});

test('endpoints of a subset are its pods, and a host outside the cluster is not looked at', async () => {
  const to = (host: string, subset?: string) => ({ destination: { host, ...(subset && { subset }) }, weight: 1 });
  const object = virtualService([
    { match: [{ port: 5432 }], route: [to('pg', 'v1'), to('pg', 'v2'), to('db.example.com')] },
  ]);
  object.metadata.namespace = namespace;
  const rule: KubeObject = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'pg', namespace },
    spec: { host: 'pg', subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: name } })) },
  };
  const pod = (name: string, version: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: 'pg', version } },
  });
  const view = routingApis.istio.readRoute(object);
  const objects = [
    service('pg'),
    rule,
    pod('one', 'v1'),
    pod('two', 'v2'),
    slice('pg', 'pg-1', ['10.0.0.1', true, 'one'], ['10.0.0.2', false, 'two']),
  ];
  const found = await readyEndpoints(view, [...view.backends.keys()], memoryReader({ objects }));
  expect(found.map(({ backend: { subset }, ready }) => [subset, ready])).toEqual([
    ['v1', 1],
    ['v2', 0],
  ]);
});
