import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import type { PodPort } from '../../src/cluster/cluster.ts';
import { openPages } from '../../src/cluster/pods/pages.ts';
import { ShiftError } from '../../src/errors.ts';
import { listening } from '../helpers/cluster.ts';
import { rejection } from '../helpers/refusal.ts';

/** A server in a pod, the ways to its pages, and every connection that was forwarded to it. */
async function world(answer: RequestListener) {
  const server = createServer(answer);
  const port = await listening(server);
  const streams: Duplex[] = [];
  const portForward = async (_: PodPort, signal?: AbortSignal): Promise<Duplex> => {
    const socket = connect(port, '127.0.0.1');
    signal?.addEventListener('abort', () => socket.destroy(signal.reason as Error));
    streams.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const stop = new AbortController();
  const pages = openPages({ portForward }, stop.signal);
  const get = (path: string, timeoutMs = 5000) =>
    pages.get({ namespace: 'shop', pod: 'gw', port: 15_000, path, timeoutMs });
  return { server, streams, get, pages, stop };
}

test('one page after another comes over one connection, which ends at the close', async () => {
  const { streams, get, pages } = await world((request, response) => void response.end(`page ${request.url}`));
  expect([await get('/a'), await get('/b'), await get('/c')]).toEqual(['page /a', 'page /b', 'page /c']);
  expect(streams).toHaveLength(1);
  const listeners = streams[0]!.listenerCount('error');
  await get('/d');
  expect(streams[0]!.listenerCount('error')).toBe(listeners);
  pages.close();
  expect(streams[0]!.destroyed).toBe(true);
});

test('the close ends what is still being opened or read, and nothing is opened after it', async () => {
  let silent = () => {};
  const asked = new Promise<void>((resolve) => (silent = resolve));
  const { streams, get, pages } = await world(({ url }, response) => (url === '/a' ? response.end() : silent()));
  await get('/a');
  const reading = rejection(get('/silent'));
  await asked;
  const opening = rejection(pages.get({ namespace: 'shop', pod: 'gw', port: 15_001, path: '/b', timeoutMs: 5000 }));
  pages.close();
  expect(await Promise.all([reading, opening])).toMatchObject([{ kind: 'cluster' }, { kind: 'cluster' }]);
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('a connection that the server ended meanwhile is opened anew', async () => {
  const { server, streams, get, pages } = await world((_, response) => void response.end('page'));
  await get('/a');
  server.closeAllConnections();
  expect(await get('/b')).toBe('page');
  expect(streams).toHaveLength(2);
  pages.close();
});

test('a server that wants each connection closed is obeyed', async () => {
  const { streams, get, pages } = await world((_, response) => {
    response.setHeader('connection', 'close');
    response.end('page');
  });
  expect([await get('/a'), await get('/b')]).toEqual(['page', 'page']);
  expect(streams).toHaveLength(2);
  pages.close();
});

test('silence ends at the limit, and the next page comes over a fresh connection', async () => {
  const { streams, get, pages } = await world((request, response) => {
    if (request.url !== '/silent') response.end('page');
  });
  await get('/a');
  expect(await rejection(get('/silent', 50))).toMatchObject({
    kind: 'timeout',
    message: 'port 15000 of pod gw does not answer in 50ms',
  });
  expect(streams[0]!.destroyed).toBe(true);
  expect(await get('/b')).toBe('page');
  expect(streams).toHaveLength(2);
  pages.close();
});

test('the signal ends the wait at once, with its reason', async () => {
  const reason = new ShiftError('interrupted', 'interrupted');
  const { streams, get, stop } = await world(() => stop.abort(reason));
  await expect(get('/silent')).rejects.toBe(reason);
  expect(streams[0]!.destroyed).toBe(true);
});

test('an answer that is no success is told of', async () => {
  const { get, pages } = await world((_, response) => void response.writeHead(404).end());
  expect(await rejection(get('/none'))).toMatchObject({
    kind: 'cluster',
    message: 'port 15000 of pod gw does not answer GET /none: status 404',
  });
  pages.close();
});

test('a forwarding that is refused is told in its own words', async () => {
  const refused = new ShiftError('forbidden', 'may not forward a port');
  const pages = openPages({ portForward: () => Promise.reject(refused) }, new AbortController().signal);
  const page = { namespace: 'shop', pod: 'gw', port: 15_000, path: '/', timeoutMs: 1000 };
  await expect(pages.get(page)).rejects.toBe(refused);
});
