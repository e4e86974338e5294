import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/io.ts';
import { byPrefix } from '../../src/probe/classify.ts';
import { probe } from '../../src/probe/connection.ts';
import { dialTls, type TlsTarget } from '../../src/probe/dial.ts';
import { refusal } from '../helpers/refusal.ts';
import { echo, listen } from '../helpers/tcp-server.ts';

const altNames = [{ type: 2 as const, value: 'echo.test' }];
const pems = await generate([{ name: 'commonName', value: 'echo.test' }], {
  extensions: [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames },
  ],
});

async function ask(over: Partial<TlsTarget>, onPlain = false) {
  const server = onPlain
    ? await listen((socket) => socket.on('data', () => socket.end('plain\n')))
    : await listen(echo('one'), createServer({ key: pems.private, cert: pems.cert }), 'secureConnection');
  const dial = dialTls({ host: '127.0.0.1', port: server.port, ...over });
  const exchange = { classify: byPrefix(new Map([['one', 'v1']])), timeoutMs: 5000, send: 'hello' };
  const sample = await probe(0, exchange, { dial, clock: systemClock, signal: new AbortController().signal });
  await server.idle();
  return sample;
}

test('a certificate of the given authority and name is accepted', async () => {
  expect(await ask({ ca: pems.cert, servername: 'echo.test' })).toMatchObject({ outcome: 'reply', reply: 'one hello' });
});

test('a certificate that nobody vouches for is a refusal that says so', async () => {
  expect(await ask({ servername: 'echo.test' })).toMatchObject({
    outcome: 'refused',
    reply: null,
    error: expect.stringContaining('self-signed certificate'),
  });
});

test('a certificate for another name is a refusal that says so', async () => {
  const sample = await ask({ ca: pems.cert, servername: 'other.test' });
  expect(sample).toMatchObject({ outcome: 'refused', error: expect.stringContaining('echo.test') });
});

test('on request, any certificate will do', async () => {
  expect(await ask({ rejectUnauthorized: false })).toMatchObject({ outcome: 'reply' });
});

test('a server without TLS is a refusal on one line', async () => {
  const sample = await ask({ rejectUnauthorized: false }, true);
  expect(sample).toMatchObject({ outcome: 'refused', error: expect.stringMatching(/^.+$/) });
});

test('an authority that is no certificate is refused before any probe', () => {
  expect(refusal(() => dialTls({ host: 'x', port: 1, ca: 'nonsense' })).kind).toBe('config');
});
