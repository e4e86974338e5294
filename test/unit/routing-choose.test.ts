import { describe, expect, test } from 'vitest';
import type { KubeObject, Reader } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';
import { routingApis, type WantedApi } from '../../src/routing/apis.ts';
import { chooseApi, newestVersions } from '../../src/routing/choose-api.ts';
import { findRoute, parseRouteName } from '../../src/routing/find-route.ts';
import type { MemoryCluster } from '../helpers/memory-reader.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { refusal, rejection } from '../helpers/refusal.ts';
import { namespace, taskBackends, taskRule, tcpRoute, virtualService } from '../helpers/routes.ts';

const gatewayKinds = {
  'Gateway.gateway.networking.k8s.io': ['v1', 'v1beta1'],
  'TCPRoute.gateway.networking.k8s.io': ['v1', 'v1alpha2'],
};
const istioKinds = {
  'Gateway.networking.istio.io': ['v1', 'v1beta1', 'v1alpha3'],
  'DestinationRule.networking.istio.io': ['v1', 'v1beta1', 'v1alpha3'],
  'VirtualService.networking.istio.io': ['v1', 'v1beta1', 'v1alpha3'],
};
const none = Object.fromEntries(Object.keys({ ...gatewayKinds, ...istioKinds }).map((kind) => [kind, []]));

function choose(wanted: WantedApi, served: MemoryCluster['served'], ...objects: KubeObject[]) {
  return chooseApi(wanted, memoryReader({ objects, served: { ...none, ...served } }), namespace);
}

describe('the routing API', () => {
  test('is the only one that is served', async () => {
    expect(await choose('auto', istioKinds)).toMatchObject({
      api: { name: 'istio' },
      apiVersion: 'networking.istio.io/v1',
    });
    expect(await choose('auto', gatewayKinds)).toMatchObject({
      api: { name: 'gateway-api' },
      apiVersion: 'gateway.networking.k8s.io/v1',
      why: 'the cluster serves no other routing API',
    });
  });

  test('is, of both, the one that the namespace uses, else the Gateway API, and says so', async () => {
    const both = { ...istioKinds, ...gatewayKinds };
    const [vs, tcp] = [virtualService([taskRule]), tcpRoute(taskBackends)];
    const undecided = 'both routing APIs are possible; use --api istio for the other';
    expect(await choose('auto', both)).toMatchObject({ api: { name: 'gateway-api' }, why: undecided });
    expect(await choose('auto', both, vs, tcp)).toMatchObject({ api: { name: 'gateway-api' }, why: undecided });
    expect(await choose('auto', both, vs)).toMatchObject({
      api: { name: 'istio' },
      why: `namespace ${namespace} already has a VirtualService`,
    });
    expect(await choose('auto', both, tcp)).toMatchObject({
      api: { name: 'gateway-api' },
      why: `namespace ${namespace} already has a TCPRoute`,
    });
  });

  test('is not decided by routes that the user may not list', async () => {
    const served = { ...istioKinds, ...gatewayKinds };
    const reader = memoryReader({ objects: [virtualService([taskRule])], served, forbidden: [namespace] });
    expect((await chooseApi('auto', reader, namespace)).api.name).toBe('gateway-api');
  });

  test('is not decided by VirtualServices for HTTP, nor by those of other namespaces', async () => {
    const http = virtualService(undefined);
    const elsewhere = virtualService([taskRule]);
    elsewhere.metadata.namespace = 'other';
    expect((await choose('auto', { ...istioKinds, ...gatewayKinds }, http, elsewhere)).api.name).toBe('gateway-api');
  });

  test('is the wanted one', async () => {
    const both = { ...istioKinds, ...gatewayKinds };
    expect(await choose('istio', both, tcpRoute(taskBackends))).toMatchObject({
      api: { name: 'istio' },
      why: '--api istio',
    });
  });

  test('is written in the best version that is served, by kind', async () => {
    const old = { ...gatewayKinds, 'TCPRoute.gateway.networking.k8s.io': ['v1alpha2'] };
    expect((await choose('auto', old)).apiVersions).toEqual({
      Gateway: 'gateway.networking.k8s.io/v1',
      TCPRoute: 'gateway.networking.k8s.io/v1alpha2',
    });
    const older = Object.fromEntries(Object.keys(istioKinds).map((kind) => [kind, ['v1alpha3', 'v1beta1']]));
    expect((await choose('auto', older)).apiVersions).toEqual({
      Gateway: 'networking.istio.io/v1beta1',
      DestinationRule: 'networking.istio.io/v1beta1',
      VirtualService: 'networking.istio.io/v1beta1',
    });
  });

  test('is the newest where no cluster is asked', () => {
    expect(newestVersions('gateway-api')).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      apiVersions: { Gateway: 'gateway.networking.k8s.io/v1', TCPRoute: 'gateway.networking.k8s.io/v1' },
    });
    expect(newestVersions('istio').apiVersion).toBe('networking.istio.io/v1');
  });

  test.each<[WantedApi, MemoryCluster['served'], string, RegExp]>([
    [
      'auto',
      {},
      'the cluster does not serve Gateway, TCPRoute of gateway.networking.k8s.io, nor Gateway, DestinationRule, VirtualService of networking.istio.io',
      /kubectl apply --server-side -f https:\/\/github\.com\/kubernetes-sigs\/gateway-api\/releases\/download\//,
    ],
    [
      'gateway-api',
      { ...istioKinds, 'Gateway.gateway.networking.k8s.io': ['v1'] },
      'the cluster does not serve TCPRoute of gateway.networking.k8s.io',
      /kubectl apply --server-side/,
    ],
    [
      'gateway-api',
      { ...gatewayKinds, 'TCPRoute.gateway.networking.k8s.io': ['v1alpha3'] },
      'the cluster does not serve TCPRoute (it has v1alpha3 only) of gateway.networking.k8s.io',
      /kubectl apply --server-side/,
    ],
    [
      'istio',
      gatewayKinds,
      'the cluster does not serve Gateway, DestinationRule, VirtualService of networking.istio.io',
      /istioctl install/,
    ],
  ])('%s: missing kinds are named, with how to get them', async (wanted, served, message, hint) => {
    const error = await rejection(choose(wanted, served));
    expect(error).toMatchObject({ kind: 'cluster', exitCode: 5, message });
    expect(error.hint).toMatch(hint);
  });

  test('has a table entry under its own name', () => {
    expect(Object.entries(routingApis).every(([name, api]) => api.name === name)).toBe(true);
  });
});

describe('the name of a route', () => {
  test.each([
    ['pg', 'auto'],
    ['tcproute/pg', 'gateway-api'],
    ['TCPRoutes/pg', 'gateway-api'],
    ['tcproutes.gateway.networking.k8s.io/pg', 'gateway-api'],
    ['tcproutes.v1alpha2.gateway.networking.k8s.io/pg', 'gateway-api'],
    ['virtualservice/pg', 'istio'],
    ['vs/pg', 'istio'],
    ['virtualservices.networking.istio.io/pg', 'istio'],
  ])('%s is of API %s', (text, api) => {
    expect(parseRouteName(text, 'auto')).toEqual({ api, name: 'pg' });
  });

  test.each([
    ['', '"" does not name a route'],
    ['tcproute/', '"tcproute/" does not name a route'],
    ['a/b/c', '"a/b/c" does not name a route'],
    ['/pg', '"" of "/pg" is no kind of TCP route'],
    ['httproute/pg', '"httproute" of "httproute/pg" is no kind of TCP route'],
    ['tcproutes.example.com/pg', '"tcproutes.example.com" of "tcproutes.example.com/pg" is no kind of TCP route'],
  ])('"%s" is refused', (text, message) => {
    expect(refusal(() => parseRouteName(text, 'auto'))).toMatchObject({ kind: 'usage', message });
  });

  test('of one API is refused together with --api of the other', () => {
    expect(parseRouteName('pg', 'istio')).toEqual({ api: 'istio', name: 'pg' });
    expect(refusal(() => parseRouteName('tcproute/pg', 'istio'))).toMatchObject({
      message: '"tcproute/pg" is not of --api istio',
      hint: 'leave out --api, or use --api gateway-api',
    });
  });
});

describe('finding a route', () => {
  const both = { ...none, ...istioKinds, ...gatewayKinds };
  const find = (objects: KubeObject[], name?: string, served: MemoryCluster['served'] = both) =>
    findRoute(memoryReader({ objects, served }), { namespace, api: 'auto', ...(name === undefined ? {} : { name }) });
  const named = (object: KubeObject, name: string) => ({ ...object, metadata: { ...object.metadata, name } });
  const tcp = tcpRoute(taskBackends);
  const vs = virtualService([taskRule]);

  test("finds the task's own by default", async () => {
    const { view, choice } = await find([tcp]);
    expect(view.object).toBe(tcp);
    expect(choice.api.name).toBe('gateway-api');
  });

  test('looks for a bare name in the other API too, and says so', async () => {
    const { view, choice } = await find([named(tcp, 'a'), named(vs, 'pg')], 'pg');
    expect(view.ref).toMatchObject({ kind: 'VirtualService', name: 'pg' });
    expect(choice).toMatchObject({
      api: { name: 'istio' },
      why: `namespace ${namespace} has no TCPRoute of this name`,
    });
  });

  test('looks in the other API where the user may not read the first, and says so where it is not there either', async () => {
    const reader = memoryReader({ objects: [vs], served: both });
    const guarded: Reader = {
      ...reader,
      get: (ref) =>
        ref.kind === 'TCPRoute'
          ? Promise.reject(new ShiftError('forbidden', 'may not get TCPRoutes', { hint: 'ask' }))
          : reader.get(ref),
    };
    expect((await findRoute(guarded, { namespace, api: 'auto' })).view.object).toBe(vs);
    expect(await rejection(findRoute(guarded, { namespace, api: 'auto', name: 'pg' }))).toMatchObject({
      kind: 'forbidden',
      message: 'may not get TCPRoutes',
    });
  });

  test('takes the kind that is named', async () => {
    expect((await find([tcp, vs], 'vs/tcp-echo')).view.object).toBe(vs);
    expect((await find([tcp, vs], 'tcproute/tcp-echo')).view.object).toBe(tcp);
  });

  test('lists the routes that are there instead', async () => {
    expect(await rejection(find([named(tcp, 'a'), named(vs, 'b')], 'pg'))).toMatchObject({
      kind: 'notFound',
      message: `no TCPRoute or VirtualService pg in namespace ${namespace}; there is tcproute/a, virtualservice/b`,
      hint: 'name one of them: tcproute/a',
    });
    expect(await rejection(find([named(vs, 'b')], 'tcproute/b'))).toMatchObject({
      message: `no TCPRoute b in namespace ${namespace}, nor any other`,
      hint: 'check the namespace (-n)',
    });
    expect(await rejection(find([], 'tcp-echo'))).toMatchObject({ hint: `create it: tcpshift setup -n ${namespace}` });
    expect((await rejection(find([], 'pg', { ...none, ...gatewayKinds }))).message).toBe(
      `no TCPRoute pg in namespace ${namespace}, nor any other`,
    );
  });

  test('passes the port on', async () => {
    const rules = [
      { ...taskRule, match: [{ port: 1 }] },
      { ...taskRule, match: [{ port: 2 }] },
    ];
    const reader = memoryReader({ objects: [virtualService(rules)], served: { ...none, ...istioKinds } });
    const { view } = await findRoute(reader, { namespace, api: 'auto', port: 2 });
    expect(view.rulePath).toEqual(['spec', 'tcp', 1]);
  });
});
