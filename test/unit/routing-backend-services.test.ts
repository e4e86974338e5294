import { expect, test } from 'vitest';
import type { ObjectRef } from '../../src/core/objects.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { backendServices } from '../../src/routing/backend-services.ts';
import { namespace, service, tcpRoute, virtualService } from '../helpers/manifests.ts';
import { memoryReader } from '../helpers/memory-reader.ts';

const own = service('pg', { app: 'pg' });
const theirs = { ...own, metadata: { ...own.metadata, namespace: 'db' } };

test("a backend's Service is looked for in the namespace that the backend names", async () => {
  const refs = [{ name: 'pg', namespace: 'db' }, { name: 'pg' }, { name: 'gone', namespace: 'db' }];
  const view = routingApis['gateway-api'].readRoute(tcpRoute(refs));
  expect(await backendServices(view, memoryReader({ objects: [own, theirs] }))).toEqual([theirs, own]);
});

test('a Service of several subsets is read once', async () => {
  const view = routingApis.istio.readRoute(virtualService(31400, { v1: 80, v2: 20 }));
  const reader = memoryReader({ objects: [] });
  const asked: ObjectRef[] = [];
  const get = (ref: ObjectRef) => {
    asked.push(ref);
    return reader.get(ref);
  };
  expect(await backendServices(view, { ...reader, get })).toEqual([]);
  expect(asked).toEqual([{ apiVersion: 'v1', kind: 'Service', namespace, name: 'tcp-echo' }]);
});
