import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ExecOptions } from '../../src/cluster/cluster.ts';
import { ShiftError } from '../../src/errors.ts';
import { connectTo, listening, reply, status, temporaryFolder, writeKubeconfig } from '../helpers/cluster.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { frame, preamble, streamServer } from '../helpers/pod-streams.ts';
import { rejection } from '../helpers/refusal.ts';

const target = { namespace: 'demo', pod: 'gateway-1', port: 31_400 };

function dataOf(message: Buffer): Buffer {
  expect(message[0]).toBe(0);
  return message.subarray(1);
}

/** The error that ends a stream. */
async function failureOf(stream: Duplex): Promise<unknown> {
  const [error] = await once(stream, 'error');
  return error;
}

test('a forwarded port carries bytes both ways until the pod closes it', async () => {
  const cluster = await streamServer((socket, request) => {
    expect(request.url).toBe('/api/v1/namespaces/demo/pods/gateway-1/portforward?ports=31400');
    expect(request.headers).toMatchObject({ authorization: 'Bearer t', 'sec-websocket-protocol': 'v4.channel.k8s.io' });
    preamble(socket, target.port);
    socket.send(frame(0, 'hello '));
    socket.on('message', (message: Buffer) => {
      socket.send(frame(0, dataOf(message).toString().toUpperCase()));
      socket.close(1000);
    });
  });
  const stream = await cluster.portForward(target);
  // What came before anybody listens is not lost.
  await turn();
  const closed = once(stream, 'close');
  stream.write('you');
  expect(await text(stream)).toBe('hello YOU');
  await closed;
});

test('ending this side leaves the other one open', async () => {
  let ended = () => {};
  const whenEnded = new Promise<void>((resolve) => (ended = resolve));
  const cluster = await streamServer((socket) => {
    preamble(socket, target.port);
    void whenEnded.then(() => {
      socket.send(frame(0, 'late'));
      socket.close(1000);
    });
  });
  const stream = await cluster.portForward(target);
  stream.end(() => ended());
  expect(await text(stream)).toBe('late');
});

test.each([
  ['error forwarding port 31400 to pod x: dial tcp4 127.0.0.1:31400: connect: connection refused\n', 'ECONNREFUSED'],
  ['pod not found', 'ECONNRESET'],
])('what goes wrong in the pod ends the stream: %s', async (words, code) => {
  const cluster = await streamServer((socket) => {
    preamble(socket, target.port);
    socket.send(frame(1, words));
  });
  const stream = await cluster.portForward(target);
  const error = failureOf(stream);
  stream.resume();
  expect(await error).toMatchObject({
    code,
    message: `the port-forward to demo/gateway-1:31400 failed: ${words.trim()}`,
  });
});

test('a connection that breaks off ends the stream with a reset', async () => {
  const cluster = await streamServer((socket) => socket.terminate());
  const stream = await cluster.portForward(target);
  const error = failureOf(stream);
  stream.resume();
  expect(await error).toMatchObject({ code: 'ECONNRESET' });
});

test('a reader that is slow stops the server, and a writer waits for the network', async () => {
  const total = 20_000_000;
  const piece = Buffer.alloc(100_000);
  let sent = 0;
  let server: WebSocket | undefined;
  const cluster = await streamServer((socket) => {
    server = socket;
    preamble(socket, target.port);
    for (; sent < total; sent += piece.length) socket.send(frame(0, piece));
  });
  const stream = await cluster.portForward(target);
  stream.once('data', () => stream.pause());
  await once(stream, 'data');
  await turn();
  expect(stream.readableLength).toBeLessThan(total / 4);
  expect(server!.bufferedAmount).toBeGreaterThan(0);
  let received = piece.length;
  stream.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received >= total) stream.destroy();
  });
  stream.resume();
  await once(stream, 'close');
  expect(received).toBe(total);
});

test('destroying the stream, or aborting, ends the connection', async () => {
  let closed = () => {};
  const cluster = await streamServer((socket) => socket.on('close', () => closed()));
  const left = () => new Promise<void>((resolve) => (closed = resolve));
  const first = left();
  (await cluster.portForward(target)).destroy();
  await first;
  const [second, stop, reason] = [left(), new AbortController(), new ShiftError('interrupted', 'interrupted')];
  const error = failureOf(await cluster.portForward(target, stop.signal));
  stop.abort(reason);
  expect(await error).toBe(reason);
  await second;
  await expect(cluster.portForward(target, stop.signal)).rejects.toBe(reason);
});

const run = { namespace: 'demo', pod: 'client', container: 'main', command: ['sh', '-c', 'echo a b'] };

function success(socket: WebSocket): void {
  socket.send(frame(3, JSON.stringify({ status: 'Success', metadata: {} })));
}

async function lines(cluster: { exec(options: ExecOptions): Promise<number> }) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await cluster.exec({ ...run, onLine: (line) => out.push(line), onErrorLine: (line) => err.push(line) });
  return { code, out, err };
}

test('a command: its lines, however they are cut, and its status', async () => {
  const cluster = await streamServer((socket, request) => {
    const url = new URL(request.url!, 'http://x');
    expect(url.pathname).toBe('/api/v1/namespaces/demo/pods/client/exec');
    expect(url.searchParams.getAll('command')).toEqual(run.command);
    expect(url.searchParams.get('container')).toBe('main');
    expect(request.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io,v4.channel.k8s.io');
    const bytes = Buffer.from('one ü\ntwo\r\nthree');
    for (const byte of bytes) socket.send(frame(1, Buffer.of(byte)));
    socket.send(frame(2, 'warn'));
    socket.send(frame(2, 'ing\n'));
    success(socket);
  });
  expect(await lines(cluster)).toEqual({ code: 0, out: ['one ü', 'two', 'three'], err: ['warning'] });
});

test('a command that fails gives its status', async () => {
  const cluster = await streamServer((socket) => {
    const causes = [{ reason: 'ExitCode', message: '127' }];
    socket.send(frame(3, JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes } })));
  });
  expect((await lines(cluster)).code).toBe(127);
});

test.each([
  [
    (socket: WebSocket) => socket.send(frame(3, JSON.stringify({ status: 'Failure', message: 'no such\ncontainer' }))),
    'no such container',
  ],
  [(socket: WebSocket) => socket.close(), 'the connection ended before the command did'],
  [(socket: WebSocket) => socket.terminate(), 'the connection ended before the command did'],
])('a command that cannot be run, or is cut off', async (answer, found) => {
  const { kind, message } = await rejection(lines(await streamServer(answer)));
  expect(kind).toBe('cluster');
  expect(message).toBe(`cannot run a command in container main of Pod demo/client: ${found}`);
});

test('an abort ends a command with its reason, and what the caller throws ends it too', async () => {
  const stop = new AbortController();
  const reason = new ShiftError('interrupted', 'interrupted');
  const left: Promise<unknown>[] = [];
  const cluster = await streamServer((socket) => {
    left.push(once(socket, 'close'));
    socket.send(frame(1, 'tick\n'));
  });
  const onLine = () => stop.abort(reason);
  await expect(cluster.exec({ ...run, onLine, signal: stop.signal })).rejects.toBe(reason);
  const bug = () => {
    throw new TypeError('bug');
  };
  await expect(cluster.exec({ ...run, onLine: bug })).rejects.toThrow('bug');
  expect(left).toHaveLength(2);
  await Promise.all(left);
});

test.each([
  [
    501,
    status(501, 'NotImplemented', 'no container runs here'),
    'cluster',
    'this cluster cannot do that: no container runs here',
  ],
  [
    403,
    status(
      403,
      'Forbidden',
      'pods "client" is forbidden: User "ann" cannot create resource "pods/exec" in API group "" in the namespace "demo"',
    ),
    'forbidden',
    'user "ann" may not create pods/exec in namespace "demo"',
  ],
  [404, status(404, 'NotFound', 'pods "client" not found'), 'notFound', 'pods "client" not found'],
])('a server that answers %i in place of opening a stream', async (code, body, kind, found) => {
  const server = `http://127.0.0.1:${await listening(createServer((_, response) => reply(response, code, body)))}`;
  const cluster = await connectTo({ kubeconfig: await writeKubeconfig({ cluster: { server } }) });
  expect(await rejection(lines(cluster))).toMatchObject({
    kind,
    message: `cannot run a command in container main of Pod demo/client: ${found}`,
  });
});

test('a token that the server refuses is renewed once for a stream too', async () => {
  const file = join(await temporaryFolder(), 'token');
  await writeFile(file, 'old');
  const http = createServer();
  const verifyClient = ({ req }: { req: IncomingMessage }, answer: (ok: boolean, code?: number) => void) => {
    if (req.headers.authorization === 'Bearer new') answer(true);
    else void writeFile(file, 'new').then(() => answer(false, 401));
  };
  const handleProtocols = ([first]: Set<string>) => first ?? false;
  new WebSocketServer({ server: http, verifyClient, handleProtocols }).on('connection', success);
  const server = `http://127.0.0.1:${await listening(http)}`;
  const kubeconfig = await writeKubeconfig({ cluster: { server }, user: { tokenFile: file } });
  expect((await lines(await connectTo({ kubeconfig }))).code).toBe(0);
});

test('a server that never answers the upgrade', async () => {
  const clock = manualClock();
  const server = `http://127.0.0.1:${await listening(createServer().on('upgrade', () => {}))}`;
  const cluster = await connectTo({ kubeconfig: await writeKubeconfig({ cluster: { server } }) }, { clock });
  const asked = rejection(cluster.portForward(target));
  await clock.asleep(30_000);
  clock.advance(30_000);
  expect((await asked).message).toMatch(/cannot be reached: no answer within 30s$/);
});
