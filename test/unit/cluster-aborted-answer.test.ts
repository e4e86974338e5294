import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../../src/cluster/http/request.ts';

test('an abort after an answer is complete, but not read to its end, ends nothing else', async () => {
  const server = createServer((_, response) => response.end('x'.repeat(20)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtExceptionMonitor', note);
  onTestFinished(() => {
    process.off('uncaughtExceptionMonitor', note);
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const stop = new AbortController();
  const asked = { method: 'GET', url, headers: {}, body: undefined, agent: new Agent({ keepAlive: true }) };
  const answer = await exchange(asked, stop.signal);
  const socket = answer.socket;
  answer.read();
  while (!answer.complete) await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error('over'));
  if (!socket.destroyed) await once(socket, 'close');
  expect(uncaught).toEqual([]);
});
