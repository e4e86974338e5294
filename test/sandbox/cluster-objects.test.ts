import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { refOf } from '../../src/core/objects.ts';
import { configMap } from '../helpers/api.ts';
import { liveThing, reply, status, stubCluster, thing } from '../helpers/cluster.ts';
import { rejection } from '../helpers/refusal.ts';
import { rig } from '../helpers/rig.ts';

const path = '/api/v1/namespaces/default/configmaps/a';
const named = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' };
const wanted = (data: Record<string, string>): KubeObject => configMap('a', data);

test('an apply says whether it created, configured or left alone', async () => {
  const { cluster, requests } = await rig();
  expect(await cluster.apply(wanted({ x: '1' }), { dryRun: 'server' })).toMatchObject({ change: 'created' });
  expect(await cluster.get(named)).toBeUndefined();
  const created = await cluster.apply(wanted({ x: '1' }));
  expect(created).toMatchObject({
    change: 'created',
    object: { data: { x: '1' }, metadata: { namespace: 'default' } },
  });
  expect((await cluster.apply(wanted({ x: '1' }))).change).toBe('unchanged');
  expect((await cluster.apply(wanted({ x: '1' }), { dryRun: 'server' })).change).toBe('unchanged');
  expect((await cluster.apply(wanted({ x: '2' }), { dryRun: 'server' })).change).toBe('configured');
  const configured = await cluster.apply(created.object, { seen: created.object.metadata });
  expect(configured.change).toBe('unchanged');
  requests.length = 0;
  const seen = configured.object.metadata;
  expect((await cluster.apply(wanted({ x: '2' }), { seen })).change).toBe('configured');
  expect(requests).toEqual([`PATCH ${path}`]);
});

test('create refuses a name that is taken', async () => {
  const { cluster } = await rig();
  expect(await cluster.create(wanted({ x: '1' }), { dryRun: 'server' })).toMatchObject({ data: { x: '1' } });
  expect((await cluster.create(wanted({ x: '1' }))).metadata.uid).toBeDefined();
  expect((await rejection(cluster.create(wanted({ x: '2' })))).kind).toBe('conflict');
});

test('only the object of the same uid and version is deleted', async () => {
  const { cluster } = await rig();
  const { metadata } = await cluster.create(wanted({}));
  const uid = metadata.uid!;
  expect(await cluster.delete(named, 'another')).toBe(false);
  expect((await rejection(cluster.delete(named, uid, { resourceVersion: '1' }))).kind).toBe('stale');
  expect(await cluster.delete(named, uid, { dryRun: 'server' })).toBe(true);
  expect(await cluster.get(named)).toBeDefined();
  expect(await cluster.delete(named, uid, { resourceVersion: metadata.resourceVersion! })).toBe(true);
  expect(await cluster.delete(named, uid)).toBe(false);
  expect(await cluster.delete({ ...named, kind: 'NoSuchKind' }, uid)).toBe(false);
});

test.each(['before', 'after'] as const)('an apply whose connection breaks %s it was done', async (when) => {
  const { cluster, requests, meet } = await rig();
  const { object } = await cluster.apply(wanted({ x: '1' }));
  requests.length = 0;
  meet('PATCH', { do: 'reset', when });
  const applied = await cluster.apply(wanted({ x: '2' }), { seen: object.metadata });
  expect(applied).toMatchObject({ change: 'configured', object: { data: { x: '2' } } });
  const again = when === 'before' ? [`PATCH ${path}`] : [];
  expect(requests).toEqual([`PATCH ${path}`, `GET ${path}`, ...again]);
});

test.each(['before', 'after'] as const)('a creation whose connection breaks %s it was done', async (when) => {
  const { cluster, meet } = await rig();
  meet('POST', { do: 'reset', when });
  expect((await cluster.create(wanted({ x: '1' })))['data']).toEqual({ x: '1' });
  meet('PATCH', { do: 'reset', when });
  const b = configMap('b', { x: '1' });
  expect(await cluster.apply(b)).toMatchObject({ change: 'created', object: { data: { x: '1' } } });
});

test.each(['before', 'after'] as const)('a deletion whose connection breaks %s it was done', async (when) => {
  const { cluster, meet } = await rig();
  const { metadata } = await cluster.create(wanted({}));
  meet('DELETE', { do: 'reset', when });
  expect(await cluster.delete(named, metadata.uid!)).toBe(true);
  expect(await cluster.get(named)).toBeUndefined();
});

test('a write that was lost, while somebody else wrote, is stale and not a success', async () => {
  const { cluster, other, meet } = await rig();
  const { object } = await cluster.apply(wanted({ x: '1' }));
  await other.apply(wanted({ y: '7' }));
  meet('PATCH', { do: 'reset', when: 'before' });
  const { kind } = await rejection(cluster.apply(wanted({ x: '2' }), { seen: object.metadata }));
  expect(kind).toBe('stale');
});

test('reads of what is not there', async () => {
  const { cluster } = await rig();
  expect(await cluster.get(named)).toBeUndefined();
  expect(await cluster.get({ ...named, namespace: 'nowhere' })).toBeUndefined();
  expect(await cluster.get({ ...named, kind: 'NoSuchKind' })).toBeUndefined();
  expect(await cluster.get({ ...named, apiVersion: 'no.such/v1' })).toBeUndefined();
  expect(await cluster.list({ apiVersion: 'no.such/v1', kind: 'Thing' })).toEqual([]);
  expect(await cluster.servedVersions('no.such', 'Thing')).toEqual([]);
  expect(await cluster.servedVersions('gateway.networking.k8s.io', 'TCPRoute')).toEqual(['v1', 'v1alpha2']);
  expect(await cluster.servedVersions('', 'Pod')).toEqual(['v1']);
  const { kind } = await rejection(cluster.apply({ ...wanted({}), kind: 'NoSuchKind' }));
  expect(kind).toBe('notFound');
  expect((await rejection(cluster.apply(configMap('a', {}, { namespace: 'nowhere' })))).kind).toBe('notFound');
});

test('lists by namespace and selector, with the kind of each item', async () => {
  const { cluster } = await rig();
  for (const name of ['a', 'b']) await cluster.create(configMap(name, {}, { labels: { app: name } }));
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
  const found = await cluster.list(kind, { namespace: 'default', labelSelector: 'app=b' });
  expect(found.map(refOf)).toEqual([{ ...named, name: 'b', namespace: 'default' }]);
  const field = await cluster.list(kind, { fieldSelector: 'metadata.name=a' });
  expect(field.map(({ metadata }) => metadata.name)).toEqual(['a']);
});

test('permissions that the user lacks', async () => {
  const { cluster, meet } = await rig();
  const access = (resource: string) => ({ verb: 'get', group: '', resource, namespace: 'default' });
  expect(await cluster.denied([])).toEqual([]);
  expect(await cluster.denied([access('pods'), access('services')])).toEqual([]);
  meet('POST', { do: 'deny' });
  expect(await cluster.denied([access('pods')])).toEqual([access('pods')]);
});

test('a list of many pages, which starts anew in one piece when its token expires', async () => {
  const page = (names: string[], token?: string) => ({
    kind: 'ThingList',
    metadata: { resourceVersion: '1', ...(token === undefined ? {} : { continue: token }) },
    items: names.map((name) => ({ metadata: { name } })),
  });
  const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name);
  const paged = await stubCluster((_, response, index) =>
    reply(response, 200, index === 0 ? page(['a'], 'x y') : page(['b'])),
  );
  expect(names(await paged.cluster.list(thing, { namespace: 'demo' }))).toEqual(['a', 'b']);
  const collection = 'GET /apis/test.io/v1/namespaces/demo/things';
  expect(paged.requests).toEqual([`${collection}?limit=500`, `${collection}?limit=500&continue=x+y`]);
  const expiring = await stubCluster((_, response, index) => {
    if (index === 1) return reply(response, 410, status(410, 'Expired', 'continue token too old'));
    return reply(response, 200, index === 0 ? page(['a'], 'old') : page(['a', 'b', 'c']));
  });
  expect(names(await expiring.cluster.list(thing))).toEqual(['a', 'b', 'c']);
  expect(expiring.requests[2]).toBe('GET /apis/test.io/v1/things');
});

test('a deletion that a finalizer holds up is done already when asked for again', async () => {
  const going = liveThing('2', { metadata: { name: 'one', uid: 'u1', deletionTimestamp: '2030-01-01T00:00:00Z' } });
  const { cluster } = await stubCluster((request, response) =>
    request.method === 'DELETE'
      ? reply(response, 409, status(409, 'Conflict', 'being removed'))
      : reply(response, 200, going),
  );
  expect(await cluster.delete(thing, 'u1')).toBe(true);
});
