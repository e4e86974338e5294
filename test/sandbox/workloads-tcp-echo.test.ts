import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Server, Socket } from 'node:net';
import { programOf } from '../../src/sandbox/workloads/images.ts';
import { createEchoServer, parseEchoArguments } from '../../src/sandbox/workloads/tcp-echo.ts';
import { dial, listenAnywhere, readLine } from '../helpers/tcp.ts';

describe('the protocol of tcp-echo-server', () => {
  let server: Server;
  let socket: Socket;
  beforeEach(async () => {
    server = createEchoServer('one');
    socket = await dial(await listenAnywhere(server));
  });
  afterEach(() => {
    socket.destroy();
    server.close();
  });

  async function everything(): Promise<string> {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await once(socket, 'end');
    return Buffer.concat(chunks).toString();
  }

  test('answers a line with the prefix, a space and the line', async () => {
    socket.write('Mon Nov 12 23:24:57 UTC 2022\n');
    expect(await readLine(socket)).toBe('one Mon Nov 12 23:24:57 UTC 2022\n');
  });

  test('keeps a carriage return', async () => {
    socket.write('hello\r\n');
    expect(await readLine(socket)).toBe('one hello\r\n');
  });

  test('answers each of several lines, joined or split anyhow', async () => {
    const received = everything();
    socket.write('a\n\nb');
    socket.end('c\nd\n');
    expect(await received).toBe('one a\none \none bc\none d\n');
  });

  test('drops a last line without an end, and closes on the end', async () => {
    const received = everything();
    socket.end('a\nunfinished');
    expect(await received).toBe('one a\n');
  });

  test('says nothing first', async () => {
    const received = everything();
    socket.end();
    expect(await received).toBe('');
  });

  test('brings megabytes back whole to a slow reader', async () => {
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 4096; count += 1) socket.write(line);
    socket.end();
    let length = 0;
    for await (const chunk of socket) {
      length += (chunk as Buffer).length;
      await setImmediate();
    }
    expect(length).toBe(4096 * (1024 + 'one '.length));
  });
});

describe('the arguments of tcp-echo-server', () => {
  test('are ports and a prefix', () => {
    expect(parseEchoArguments(['9000,9001,9002', 'one'])).toEqual({ ports: [9000, 9001, 9002], prefix: 'one' });
  });

  test.each([[[]], [['9000']], [['', 'one']], [['9000,x', 'one']], [['70000', 'one']], [['0', 'one']]])(
    '%j start nothing',
    (args) => expect(parseEchoArguments(args)).toBeUndefined(),
  );
});

describe('what runs for an image', () => {
  test.each([
    ['registry.istio.io/release/tcp-echo-server:1.3', 'tcp-echo'],
    ['localhost:5000/tcp-echo-server', 'tcp-echo'],
    ['docker.io/istio/tcp-echo-server:1.3@sha256:0123', 'tcp-echo'],
    ['tcp-echo-server', 'tcp-echo'],
    ['docker.io/curlimages/curl:8.16.0', 'idle'],
    ['docker.io/istio/proxyv2:1.31.0', 'gateway'],
    ['nginx:1.29', 'unknown'],
    ['tcp-echo-server/nginx', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s', (image, program) => expect(programOf(image)).toBe(program));
});
