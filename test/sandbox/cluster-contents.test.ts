import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { Contents } from '../../src/cluster/cluster.ts';
import { connectTo, listening, reply, status, writeKubeconfig } from '../helpers/cluster.ts';
import { rejection } from '../helpers/refusal.ts';

const everyVerb = ['create', 'delete', 'get', 'list', 'watch'];

/** A server that answers these paths, and 404 to every other; a function answers for itself. */
async function serverOf(answers: Record<string, unknown>) {
  const asked: { path: string; accept: string | undefined }[] = [];
  const warned: string[] = [];
  const inFlight = { now: 0, most: 0 };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url!.replace(/\?.*/, '');
    asked.push({ path, accept: request.headers.accept });
    inFlight.most = Math.max(inFlight.most, ++inFlight.now);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight.now -= 1;
    const found = answers[path];
    if (typeof found === 'number') return reply(response, found, status(found, '', `no ${path}`));
    if (found === undefined) return reply(response, 404, status(404, 'NotFound', 'not found'));
    return reply(response, 200, found, path.includes('/demo/') ? { warning: '299 - "it is old"' } : {});
  };
  const server = createServer((request, response) => void answer(request, response));
  const kubeconfig = await writeKubeconfig({ cluster: { server: `http://127.0.0.1:${await listening(server)}` } });
  const cluster = await connectTo({ kubeconfig, warn: (text) => warned.push(text) });
  return { cluster, asked, warned, inFlight };
}

const kindOf = (plural: string) => plural[0]!.toUpperCase() + plural.slice(1, -1);
const legacy = (plural: string, verbs = everyVerb, namespaced = true) => ({
  name: plural,
  kind: kindOf(plural),
  namespaced,
  verbs,
});
const aggregated = (plural: string, verbs = everyVerb) => ({
  resource: plural,
  scope: 'Namespaced',
  responseKind: { kind: kindOf(plural) },
  verbs,
});
const group = (name: string, ...versions: object[]) => ({ metadata: { name }, versions });
const groups = (...items: object[]) => ({ kind: 'APIGroupDiscoveryList', items });
const list = (...names: string[]) => ({
  kind: 'PartialObjectMetadataList',
  metadata: {},
  items: names.map((name) => ({
    apiVersion: 'meta.k8s.io/v1',
    kind: 'PartialObjectMetadata',
    metadata: { name, uid: name, namespace: 'demo' },
  })),
});

const core = { '/api/v1': { resources: [legacy('pods'), legacy('nodes', everyVerb, false), legacy('events')] } };
const names = ({ objects }: Contents) =>
  objects.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name]);
const unseen = ({ unseen: all }: Contents) => all.map(({ error, ...about }) => ({ ...about, why: error.message }));

test('each kind that can be listed and deleted, once, in its preferred version, as metadata', async () => {
  const { cluster, asked, warned } = await serverOf({
    ...core,
    '/apis': groups(
      group(
        'acme.io',
        { version: 'v2', resources: [aggregated('databases')] },
        { version: 'v1', resources: [aggregated('databases')] },
      ),
      group('events.k8s.io', { version: 'v1', resources: [aggregated('events')] }),
      group('metrics.k8s.io', { version: 'v1beta1', resources: [aggregated('pods', ['get', 'list'])] }),
      group('view.io', { version: 'v1', resources: [aggregated('bases')] }),
    ),
    '/api/v1/namespaces/demo/pods': list('a', 'b'),
    '/apis/acme.io/v2/namespaces/demo/databases': list('main'),
    '/apis/view.io/v1/namespaces/demo/bases': list('own', 'main'),
  });
  const contents = await cluster.contents('demo');
  expect(names(contents)).toEqual([
    ['v1', 'Pod', 'a'],
    ['v1', 'Pod', 'b'],
    ['acme.io/v2', 'Database', 'main'],
    ['view.io/v1', 'Base', 'own'],
  ]);
  expect(contents.unseen).toEqual([]);
  const lists = asked.filter(({ path }) => path.includes('/namespaces/demo/'));
  expect(lists).toHaveLength(3);
  expect(new Set(lists.map(({ accept }) => accept))).toEqual(
    new Set(['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json']),
  );
  expect(warned).toEqual([]);
});

test('what may not or cannot be seen is told, and the rest is seen', async () => {
  const { cluster } = await serverOf({
    ...core,
    '/apis': groups(
      group('acme.io', {
        version: 'v1',
        resources: ['secrets', 'broken', 'gones'].map((plural) => aggregated(plural)),
      }),
      group('down.io', { version: 'v1', freshness: 'Stale' }),
    ),
    '/api/v1/namespaces/demo/pods': list('a'),
    '/apis/acme.io/v1/namespaces/demo/secrets': 403,
    '/apis/acme.io/v1/namespaces/demo/broken': 500,
  });
  const contents = await cluster.contents('demo');
  expect(names(contents)).toEqual([['v1', 'Pod', 'a']]);
  expect(unseen(contents).toSorted((a, b) => (a.why < b.why ? -1 : 1))).toEqual([
    {
      apiVersion: 'down.io/v1',
      why: 'cannot ask which kinds the cluster serves in down.io/v1: the server that has it does not answer',
    },
    {
      apiVersion: 'acme.io/v1',
      kind: 'Broke',
      plural: 'broken',
      why: 'cannot list broken in namespace "demo": the API server answered 500: no /apis/acme.io/v1/namespaces/demo/broken',
    },
    {
      apiVersion: 'acme.io/v1',
      kind: 'Gone',
      plural: 'gones',
      why: 'cannot list gones in namespace "demo": not found',
    },
    {
      apiVersion: 'acme.io/v1',
      kind: 'Secret',
      plural: 'secrets',
      why: expect.stringMatching(/^cannot list secrets in namespace "demo": /),
    },
  ]);
});

test('discovery of the old form, in which a group fails by itself', async () => {
  const version = (name: string) => ({
    name,
    versions: [{ groupVersion: `${name}/v1`, version: 'v1' }],
  });
  const { cluster } = await serverOf({
    ...core,
    '/apis': { kind: 'APIGroupList', groups: ['acme.io', 'down.io', 'gone.io'].map(version) },
    '/apis/acme.io/v1': { resources: [legacy('databases'), legacy('databases/status')] },
    '/apis/down.io/v1': 503,
    '/api/v1/namespaces/demo/pods': list(),
    '/apis/acme.io/v1/namespaces/demo/databases': list('main'),
  });
  const contents = await cluster.contents('demo');
  expect(names(contents)).toEqual([['acme.io/v1', 'Database', 'main']]);
  expect(
    unseen(contents)
      .map(({ apiVersion }) => apiVersion)
      .toSorted(),
  ).toEqual(['down.io/v1', 'gone.io/v1']);
});

test('a few lists at a time, however many kinds there are', async () => {
  const plurals = Array.from({ length: 60 }, (_, at) => `kind${at}s`);
  const lists = plurals.map((plural) => [`/apis/many.io/v1/namespaces/demo/${plural}`, list()]);
  const { cluster, asked, inFlight } = await serverOf({
    '/api/v1': { resources: [] },
    '/apis': groups(group('many.io', { version: 'v1', resources: plurals.map((plural) => aggregated(plural)) })),
    ...Object.fromEntries(lists),
  });
  expect(await cluster.contents('demo')).toEqual({ objects: [], unseen: [] });
  expect(asked).toHaveLength(62);
  expect(inFlight.most).toBeLessThanOrEqual(10);
});

test('a server that tells nothing at all', async () => {
  const { cluster } = await serverOf({ ...core, '/apis': 500 });
  expect((await rejection(cluster.contents('demo'))).message).toBe(
    'cannot ask which APIs the cluster serves: the API server answered 500: no /apis',
  );
});
