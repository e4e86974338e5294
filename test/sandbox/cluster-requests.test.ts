import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ShiftError } from '../../src/errors.ts';
import {
  connectTo,
  listening,
  liveThing,
  reply,
  status,
  stubCluster,
  thing,
  writeKubeconfig,
} from '../helpers/cluster.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';

const requestTimeoutMs = 30_000;
const retries = () => manualClock((ms) => ms !== requestTimeoutMs);
const busy = status(429, 'TooManyRequests', 'too many requests');

test('429 is asked again when the server says so', async () => {
  const clock = retries();
  const { cluster, requests } = await stubCluster(
    (_, response, index) => {
      if (index < 2) return reply(response, 429, busy, { 'retry-after': String(index + 3) });
      return reply(response, 200, liveThing('1'));
    },
    {},
    { clock },
  );
  expect(await cluster.get(thing)).toMatchObject({ metadata: { name: 'one' } });
  expect(requests).toHaveLength(3);
  expect(clock.slept.filter((ms) => ms !== requestTimeoutMs)).toEqual([3000, 4000]);
});

test('a server that stays busy gets eleven requests, writes too', async () => {
  const { cluster, requests } = await stubCluster(
    (_, response) => reply(response, 503, status(503, 'ServiceUnavailable', 'etcd is away'), { 'retry-after': '1' }),
    {},
    { clock: retries() },
  );
  const error = await rejection(cluster.create(liveThing('')));
  expect(error).toMatchObject({ kind: 'cluster', exitCode: 5 });
  expect(error.message).toBe('cannot create Thing demo/one: the API server has no capacity for it now: etcd is away');
  expect(requests).toHaveLength(11);
});

test('an abort ends the wait for a busy server, with its reason', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  const { cluster } = await stubCluster(
    (_, response) => reply(response, 429, busy, { 'retry-after': '7' }),
    {},
    {
      clock,
      signal: stop.signal,
    },
  );
  const asked = cluster.get(thing);
  await clock.asleep(7000);
  const reason = new ShiftError('interrupted', 'interrupted');
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

test('an abort ends a request under way, and withSignal goes on after it', async () => {
  const stop = new AbortController();
  const reason = new ShiftError('terminated', 'terminated');
  const { cluster } = await stubCluster(
    (_, response, index) => {
      if (index === 0) stop.abort(reason);
      else reply(response, 200, liveThing('1'));
    },
    {},
    { signal: stop.signal },
  );
  await expect(cluster.get(thing)).rejects.toBe(reason);
  await expect(cluster.get(thing)).rejects.toBe(reason);
  expect(await cluster.withSignal(new AbortController().signal).get(thing)).toMatchObject({ kind: 'Thing' });
});

test('a read whose connection breaks is asked again, at most five times in all', async () => {
  const clock = retries();
  const good = await stubCluster(
    (request, response, index) => (index < 4 ? request.socket.resetAndDestroy() : reply(response, 200, liveThing('1'))),
    {},
    { clock },
  );
  expect(await good.cluster.get(thing)).toBeDefined();
  const bad = await stubCluster((request) => request.socket.resetAndDestroy(), {}, { clock });
  const { kind, message } = await rejection(bad.cluster.get(thing));
  expect(kind).toBe('cluster');
  expect(message).toBe(
    `the API server at ${bad.server} (context "test") cannot be reached: it broke the connection off`,
  );
  expect(bad.requests).toHaveLength(5);
});

test('a body that breaks off is read again', async () => {
  const { cluster, requests } = await stubCluster(
    (_, response, index) => {
      if (index > 0) return reply(response, 200, liveThing('1'));
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"kind":', () => response.destroy());
    },
    {},
    { clock: retries() },
  );
  expect(await cluster.get(thing)).toBeDefined();
  expect(requests).toHaveLength(2);
});

test('a server that does not answer in time', async () => {
  const clock = manualClock();
  const { cluster, server } = await stubCluster(() => {}, { requestTimeoutMs: 2000 }, { clock });
  const asked = rejection(cluster.get(thing));
  await clock.asleep(2000);
  clock.advance(2000);
  // Discovery was answered; its timer is over.
  expect((await asked).message).toBe(
    `the API server at ${server} (context "test") cannot be reached: no answer within 2s`,
  );
});

test('--request-timeout=0 sets no timer', async () => {
  const clock = manualClock();
  const { cluster } = await stubCluster(
    (_, response) => reply(response, 200, liveThing('1')),
    { requestTimeoutMs: 0 },
    { clock },
  );
  await cluster.get(thing);
  expect(clock.slept).toEqual([]);
});

test('an answer that is no JSON, and one of a load balancer', async () => {
  const { cluster } = await stubCluster((_, response, index) => {
    response.writeHead(index === 0 ? 200 : 502, { 'content-type': 'text/html' });
    response.end('<h1>Sign in</h1>');
  });
  expect((await rejection(cluster.get(thing))).message).toBe(
    'cannot get Thing demo/one: the answer is no JSON; it starts with "<h1>Sign in</h1>"',
  );
  expect((await rejection(cluster.get(thing))).message).toBe(
    'cannot get Thing demo/one: the API server answered 502: Sign in',
  );
});

test('many requests at a time make no warning of Node', async () => {
  const nodeWarnings: Error[] = [];
  const note = (warning: Error) => nodeWarnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const { cluster } = await stubCluster((_, response, index) =>
    index < 30 ? reply(response, 429, busy, { 'retry-after': '0' }) : reply(response, 200, liveThing('1')),
  );
  await Promise.all(Array.from({ length: 30 }, () => cluster.get(thing)));
  expect(nodeWarnings).toEqual([]);
});

test('each distinct warning is told once', async () => {
  const warnings: string[] = [];
  const { cluster } = await stubCluster(
    (_, response) =>
      reply(response, 200, liveThing('1'), { warning: ['299 - "use v1"', '299 - "and be \\"quick\\""'] }),
    { warn: (text) => warnings.push(text) },
  );
  await cluster.get(thing);
  await cluster.get(thing);
  expect(warnings).toEqual(['use v1', 'and be "quick"']);
});

test('who asks, and as whom, is in every request', async () => {
  const { cluster } = await stubCluster(
    (request, response) => {
      const { headers } = request;
      const found = ['user-agent', 'authorization', 'impersonate-user', 'impersonate-uid'].map((name) => headers[name]);
      reply(response, 200, liveThing('1', { spec: [...found, request.headersDistinct['impersonate-group']] }));
    },
    { user: { username: 'ann', password: 'secret' }, as: 'bob', asGroup: ['dev', 'ops'], asUid: '7' },
  );
  expect((await cluster.get(thing))?.spec).toEqual([
    expect.stringMatching(/^tcpshift\/\d/),
    `Basic ${Buffer.from('ann:secret').toString('base64')}`,
    'bob',
    '7',
    ['dev', 'ops'],
  ]);
});

test('a server with a path of its own, and names that need encoding', async () => {
  const paths: string[] = [];
  const port = await listening(
    createServer((request, response) => {
      paths.push(request.url ?? '');
      reply(response, 404, status(404, 'NotFound', 'not found'));
    }),
  );
  const kubeconfig = await writeKubeconfig({ cluster: { server: `http://127.0.0.1:${port}/k8s/clusters/c-1/` } });
  const cluster = await connectTo({ kubeconfig });
  expect(await cluster.get({ apiVersion: 'v1', kind: 'Pod', name: 'a' })).toBeUndefined();
  expect(paths).toEqual(['/k8s/clusters/c-1/api/v1']);
  expect(cluster).toMatchObject({
    server: `http://127.0.0.1:${port}/k8s/clusters/c-1`,
    context: 'test',
    namespace: 'default',
  });
});

test('a server that is not there', async () => {
  const server = await new Promise<string>((resolve) => {
    const gone = createServer().listen(0, '127.0.0.1', () => {
      const { port } = gone.address() as AddressInfo;
      gone.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });
  const cluster = await connectTo({ kubeconfig: await writeKubeconfig({ cluster: { server } }) });
  const error = await rejection(cluster.get(thing));
  expect(error).toMatchObject({ kind: 'cluster', cause: { code: 'ECONNREFUSED' } });
  expect(error.message).toBe(`the API server at ${server} (context "test") cannot be reached: nothing listens there`);
});
