import { describe, expect, test } from 'vitest';
import type { KubeObject, Reader } from '../../src/core/objects.ts';
import { readOnce } from '../../src/core/reading/once.ts';
import { snapshot } from '../../src/core/reading/snapshot.ts';
import { ShiftError } from '../../src/errors.ts';
import { gatewayApi } from '../../src/routing/gateway-api/gateway-api.ts';
import { istio } from '../../src/routing/istio/istio.ts';
import { versionLabels } from '../../src/routing/version-labels.ts';
import type { RouteView } from '../../src/routing/routing-api.ts';
import { selectorText } from '../../src/routing/services.ts';
import { countedReader } from '../helpers/counted-reader.ts';
import { memoryReader, type MemoryCluster } from '../helpers/memory-reader.ts';
import { gateway, taskRule, tcpRoute, toService, virtualService } from '../helpers/routes.ts';

const routes = 1000;
const spaces = 20;

function placed(object: KubeObject, name: string, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name, namespace } };
}

function service(name: string, namespace: string, app: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: { app } } };
}

function pod(name: string, namespace: string, labels: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } };
}

function rule(host: string, namespace: string): KubeObject {
  const subsets = ['v1', 'v2'].map((name) => ({ name, labels: { version: name } }));
  const metadata = { name: host, namespace };
  return { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec: { host, subsets } };
}

interface Fleet {
  views: RouteView[];
  objects: KubeObject[];
}

/** So many routes of both APIs in their namespaces, each with a Gateway, Services, DestinationRules and pods of its own. */
function fleet(): Fleet {
  const each = Array.from({ length: routes }, (_, index): Fleet => {
    const namespace = `space-${index % spaces}`;
    const [own, app] = [`gateway-${index}`, `app-${index}`];
    const route = tcpRoute(['v1', 'v2'].map((version) => toService(`${app}-${version}`, 1)));
    const parentRefs = [{ ...route.spec.parentRefs[0], name: own }];
    const destination = { host: app, port: { number: 9000 } };
    const weighted = ['v1', 'v2'].map((subset) => ({ destination: { ...destination, subset }, weight: 50 }));
    const views = [
      gatewayApi.readRoute(placed({ ...route, spec: { ...route.spec, parentRefs } }, `route-${index}`, namespace)),
      istio.readRoute(placed(virtualService([{ ...taskRule, route: weighted }]), `route-${index}`, namespace)),
    ];
    const objects = [
      placed(gateway(), own, namespace),
      service(app, namespace, app),
      rule(app, namespace),
      ...['v1', 'v2'].flatMap((version) => [
        service(`${app}-${version}`, namespace, app),
        pod(`${app}-${version}`, namespace, { app, version }),
      ]),
    ];
    return { views, objects };
  });
  return { views: each.flatMap(({ views }) => views), objects: each.flatMap(({ objects }) => objects) };
}

/** What a screen about many routes reads. */
async function look(views: readonly RouteView[], reader: Reader) {
  const ofView = async (view: RouteView) => {
    const conditions = await (view.api === 'istio' ? istio : gatewayApi).readiness(view, reader);
    const labels = await versionLabels(view, reader);
    const pods = await Promise.all(
      [...view.backends].map(([version, { namespace }]) =>
        reader.list(
          { apiVersion: 'v1', kind: 'Pod' },
          { namespace, labelSelector: selectorText(labels.get(version)!) },
        ),
      ),
    );
    return { conditions, pods: pods.flat().map(({ metadata }) => metadata.name) };
  };
  return Promise.all(views.map(ofView));
}

function counts(asked: readonly string[]): Record<string, number> {
  return asked.reduce<Record<string, number>>((sum, each) => ({ ...sum, [each]: (sum[each] ?? 0) + 1 }), {});
}

describe(`a snapshot of ${routes} routes of each API in ${spaces} namespaces`, () => {
  const { views, objects } = fleet();
  const served = { 'GatewayClass.gateway.networking.k8s.io': ['v1'] };
  // Both APIs have a Gateway, and every lookup of a subset takes in the root namespace, which the ConfigMap may name.
  const lists = ({ each, root }: { each: number; root: number }) => ({
    'list Gateway': 2 * each,
    'list Service': each,
    'list DestinationRule': each + root,
    'list Pod': each,
  });
  const once = { 'get GatewayClass': 1, 'versions Gateway': 1, 'versions DestinationRule': 1 };

  const seen = async (reach: Parameters<typeof snapshot>[1], more: Partial<MemoryCluster> = {}) => {
    const reader = countedReader(memoryReader({ objects, served, ...more }));
    return { result: await look(views, snapshot(reader, reach)), requests: counts(reader.asked) };
  };

  test('costs one list a kind, and tells what each route by itself would be told', async () => {
    const { result, requests } = await seen('all namespaces');
    expect(requests).toEqual({ ...lists({ each: 1, root: 0 }), 'list ConfigMap': 1, ...once });
    const some = [0, 1, 998, 999, 1998, 1999];
    const plain = await look(
      some.map((index) => views[index]!),
      memoryReader({ objects, served }),
    );
    expect(some.map((index) => result[index])).toEqual(plain);
    expect(plain[1]?.pods).toEqual(['app-0-v1', 'app-0-v2']);
  });

  test('costs one list a kind and namespace where all namespaces are not wanted', async () => {
    const { requests } = await seen('each namespace');
    expect(requests).toEqual({ ...lists({ each: spaces, root: 1 }), 'list ConfigMap': 1, ...once });
  });

  test('costs one more each where they may not be listed', async () => {
    const { requests } = await seen('all namespaces', { forbidden: ['*'] });
    expect(requests).toEqual({ ...lists({ each: spaces + 1, root: 1 }), 'list ConfigMap': 1, ...once });
  });
});

describe('where nothing may be listed', () => {
  const objects = [service('a', 'demo', 'a'), service('b', 'demo', 'b')];
  const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'demo', name: 'a' };

  test('each object is got, once, and a list is refused as ever', async () => {
    const reader = countedReader(memoryReader({ objects, forbidden: ['*', 'demo'] }));
    const all = snapshot(reader, 'all namespaces');
    const names = ['a', 'b', 'a', 'c'];
    const found = await Promise.all(names.map((name) => all.get({ ...ref, name })));
    expect(found.map((object) => object?.metadata.name)).toEqual(['a', 'b', 'a', undefined]);
    expect(counts(reader.asked)).toEqual({ 'list Service': 2, 'get Service': 3 });
    await expect(all.list(ref, { namespace: 'demo' })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('no other failure is passed over', async () => {
    const down = new ShiftError('cluster', 'the API server is down', { hint: 'wait' });
    const reader = { ...memoryReader({ objects }), list: () => Promise.reject(down) };
    await expect(snapshot(reader, 'all namespaces').get(ref)).rejects.toBe(down);
  });
});

describe('a list by labels or fields', () => {
  const objects = [pod('a', 'demo', { app: 'a' }), pod('b', 'demo', { app: 'b' }), pod('b', 'other', { app: 'b' })];
  const pods = { apiVersion: 'v1', kind: 'Pod' };

  test.each([
    [{ labelSelector: 'app in (a)' }, 1],
    [{ labelSelector: 'app!=a' }, 1],
    [{ fieldSelector: 'status.phase=Running' }, 1],
    [{ labelSelector: 'app=b' }, 0],
    [{ labelSelector: 'app=b', namespace: 'demo' }, 0],
  ])('%j costs %d requests more', async (options, own) => {
    const reader = countedReader(memoryReader({ objects }));
    const all = snapshot(reader, 'all namespaces');
    await all.list(pods);
    for (let times = 0; times < 3; times++) await all.list(pods, options);
    expect(reader.asked).toHaveLength(1 + own);
  });

  test('keeps to its namespace and to its labels', async () => {
    const all = snapshot(memoryReader({ objects }), 'all namespaces');
    const namesOf = async (options: object) =>
      (await all.list(pods, options)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(await namesOf({ labelSelector: 'app=b' })).toEqual(['demo/b', 'other/b']);
    expect(await namesOf({ labelSelector: 'app=b', namespace: 'demo' })).toEqual(['demo/b']);
    expect(await namesOf({ namespace: 'nowhere' })).toEqual([]);
  });
});

test('readOnce asks the same thing once, failures too, and different things each', async () => {
  const objects = [service('a', 'demo', 'a')];
  const reader = countedReader(memoryReader({ objects, forbidden: ['*'] }));
  const once = readOnce(reader);
  const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'demo', name: 'a' };
  const twice = <T>(ask: () => Promise<T>) => Promise.allSettled([ask(), ask()]);
  const [found] = await twice(() => once.get(ref));
  expect(found).toEqual({ status: 'fulfilled', value: objects[0] });
  await twice(() => once.get({ ...ref, namespace: 'other' }));
  await twice(() => once.list(ref, { namespace: 'demo' }));
  await twice(() => once.list(ref, { namespace: 'demo', labelSelector: 'app=a' }));
  expect((await twice(() => once.list(ref))).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await twice(() => once.servedVersions('', 'Service'));
  expect(counts(reader.asked)).toEqual({ 'get Service': 2, 'list Service': 3, 'versions Service': 1 });
});
