import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { ShiftError } from '../../src/errors.ts';
import { base64, certificates } from '../helpers/certificates.ts';
import {
  connectTo,
  listening,
  liveThing,
  reply,
  status,
  stubCluster,
  temporaryFolder,
  thing,
  writeKubeconfig,
} from '../helpers/cluster.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', name: 'a' };

/** Whom the server sees, through an object that any path gives. */
async function seen(cluster: Cluster): Promise<unknown> {
  return (await cluster.get(pod))?.spec;
}

function answering(whom: (request: IncomingMessage) => unknown): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const resources = [{ name: 'pods', kind: 'Pod', namespaced: true }];
    if (request.url === '/api/v1') return reply(response, 200, { kind: 'APIResourceList', resources });
    return reply(response, 200, { kind: 'Pod', metadata: { name: 'a' }, spec: whom(request) });
  };
}

async function tlsServer(options: ServerOptions, whom: (request: IncomingMessage) => unknown = () => 'you') {
  return `https://127.0.0.1:${await listening(createTlsServer(options, answering(whom)))}`;
}

async function connected(cluster: object, user: object = {}, env: Record<string, string> = {}): Promise<Cluster> {
  return connectTo({ kubeconfig: await writeKubeconfig({ cluster, user }) }, { env });
}

const peer = ({ socket }: IncomingMessage) => (socket as TLSSocket).getPeerCertificate().subject?.CN;

test('a client certificate, as data and as files', async () => {
  const { server, client } = await certificates();
  const url = await tlsServer({ ...server, ca: server.cert, requestCert: true }, peer);
  const asData = {
    cluster: { server: url, 'certificate-authority-data': base64(server.cert) },
    user: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) },
  };
  expect(await seen(await connected(asData.cluster, asData.user))).toBe('ann');
  const folder = await temporaryFolder();
  const files = { ca: server.cert, cert: client.cert, key: client.key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const cluster = { server: url, 'certificate-authority': join(folder, 'ca') };
  const user = { 'client-certificate': join(folder, 'cert'), 'client-key': join(folder, 'key') };
  expect(await seen(await connected(cluster, user))).toBe('ann');
  const missing = await rejection(seen(await connected(cluster, { ...user, 'client-key': join(folder, 'gone') })));
  expect(missing).toMatchObject({
    kind: 'config',
    message: `the file "${join(folder, 'gone')}", which the kubeconfig names for context "test", does not exist`,
  });
});

test('a server that the kubeconfig does not trust is not talked to, and the reason is named', async () => {
  const [good, other, old, named] = await Promise.all([
    certificates(),
    certificates(),
    certificates({ notAfterDate: new Date('2021-01-01') }),
    certificates({ host: 'api.test' }),
  ]);
  const messageAt = async (server: string, authority: string, more: object = {}) => {
    const cluster = await connected({ server, 'certificate-authority-data': base64(authority), ...more });
    const { kind, message } = await rejection(seen(cluster));
    expect(kind).toBe('cluster');
    return message.replace(server, 'URL');
  };
  const start = 'the API server at URL (context "test") cannot be trusted: ';
  expect(await messageAt(await tlsServer(good.server), other.server.cert)).toMatch(
    `${start}its certificate is self-signed and not the one that the kubeconfig trusts`,
  );
  expect(await messageAt(await tlsServer(old.server), old.server.cert)).toBe(`${start}its certificate has expired`);
  const url = await tlsServer(named.server);
  expect(await messageAt(url, named.server.cert)).toMatch(`${start}its certificate is made out for other names: `);
  const plain = `https://127.0.0.1:${await listening(createServer())}`;
  expect(await messageAt(plain, good.server.cert)).toBe(`${start}it does not speak TLS; is it an http:// server?`);
  const trusted = { server: url, 'certificate-authority-data': base64(named.server.cert) };
  expect(await seen(await connected({ ...trusted, 'tls-server-name': 'api.test' }))).toBe('you');
  expect(await seen(await connected({ server: url, 'insecure-skip-tls-verify': true }))).toBe('you');
});

test('a token file is read again when the server refuses what it held', async () => {
  const file = join(await temporaryFolder(), 'token');
  await writeFile(file, 'old\n');
  const { cluster, requests } = await stubCluster(
    (request, response) => {
      if (request.headers.authorization === 'Bearer new') return reply(response, 200, liveThing('1'));
      return writeFile(file, 'new\n').then(() => reply(response, 401, status(401, 'Unauthorized', 'Unauthorized')));
    },
    { user: { tokenFile: file } },
  );
  expect(await cluster.get(thing)).toBeDefined();
  expect(requests).toHaveLength(2);
});

test('a token that is refused and cannot be renewed is asked for once', async () => {
  const { cluster, requests } = await stubCluster(
    (_, response) => reply(response, 401, status(401, 'Unauthorized', 'Unauthorized')),
    { user: { token: 'wrong' } },
  );
  expect((await rejection(cluster.get(thing))).kind).toBe('unauthorized');
  expect(requests).toHaveLength(1);
});

/** A kubeconfig user whose plugin is a script run by this Node; `{count}` of the script is how often it ran. */
async function plugin(script: string, more: object = {}): Promise<{ user: object; runs: () => Promise<number> }> {
  const folder = await temporaryFolder();
  const counter = join(folder, 'runs');
  await writeFile(counter, '');
  const count = `require('fs').appendFileSync(${JSON.stringify(counter)}, 'x'); const count = require('fs').readFileSync(${JSON.stringify(counter)}).length;`;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', count + script],
  };
  return { user: { exec: { ...exec, ...more } }, runs: async () => (await readFile(counter, 'utf8')).length };
}

const printToken = (token: string) =>
  `console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: ${token} } }))`;

test('an exec plugin runs once, knows its cluster, and again when its token is refused', async () => {
  const info = `JSON.parse(process.env.KUBERNETES_EXEC_INFO)`;
  const token = `[count, ${info}.spec.cluster['certificate-authority-data'], process.env.TEAM, ${info}.apiVersion].join('.')`;
  const { user, runs } = await plugin(printToken(token), {
    provideClusterInfo: true,
    env: [{ name: 'TEAM', value: 'db' }],
  });
  let refused = 0;
  const { server } = await certificates();
  const listener = answering(({ headers }) => headers.authorization);
  const url = `https://127.0.0.1:${await listening(
    createTlsServer(server, (request, response) => {
      if (request.url === '/api/v1' || refused > 0 || request.headers.authorization?.startsWith('Bearer 2'))
        return listener(request, response);
      refused += 1;
      return reply(response, 401, status(401, 'Unauthorized', 'Unauthorized'));
    }),
  )}`;
  const authority = base64(server.cert);
  const cluster = await connected({ server: url, 'certificate-authority-data': authority }, user);
  const expected = `Bearer 2.${authority}.db.client.authentication.k8s.io/v1`;
  expect(await seen(cluster)).toBe(expected);
  expect(await seen(cluster)).toBe(expected);
  expect(await runs()).toBe(2);
});

test('requests at the same time share one run of the plugin, also for its renewal', async () => {
  const { user, runs } = await plugin(printToken('String(count)'));
  const { cluster } = await stubCluster(
    (request, response) =>
      request.headers.authorization === 'Bearer 2'
        ? reply(response, 200, liveThing('1'))
        : reply(response, 401, status(401, 'Unauthorized', 'Unauthorized')),
    { user },
  );
  await Promise.all([1, 2, 3, 4].map(() => cluster.get(thing)));
  expect(await runs()).toBe(2);
});

test('a plugin that always asks for other tokens is not run for ever', async () => {
  const { user, runs } = await plugin(printToken('String(count)'));
  const { cluster } = await stubCluster(
    (_, response) => reply(response, 401, status(401, 'Unauthorized', 'Unauthorized')),
    { user },
  );
  expect((await rejection(cluster.get(thing))).kind).toBe('unauthorized');
  expect(await runs()).toBe(2);
});

test('an abort does not wait for a plugin, and a plugin has more time than a request', async () => {
  const gate = join(await temporaryFolder(), 'gate');
  const wait = `setInterval(() => require('fs').existsSync(${JSON.stringify(gate)}) && (${printToken('"late"')}, process.exit()), 10)`;
  const { user } = await plugin(wait);
  const clock = manualClock();
  const stop = new AbortController();
  const answer = (_: IncomingMessage, response: ServerResponse) => reply(response, 200, liveThing('1'));
  const patient = await stubCluster(answer, { user }, { clock });
  const hasty = await stubCluster(answer, { user }, { clock, signal: stop.signal });
  const [found, aborted] = [patient.cluster.get(thing), rejection(hasty.cluster.get(thing))];
  const reason = new ShiftError('interrupted', 'interrupted', { hint: 'run it again' });
  stop.abort(reason);
  expect(await aborted).toBe(reason);
  expect(clock.slept).toEqual([]);
  await writeFile(gate, '');
  expect(await found).toBeDefined();
});

test('a plugin that is missing, fails, prints nonsense or asks questions', async () => {
  const messageOf = async (user: object) => {
    const { cluster, requests } = await stubCluster((_, response) => reply(response, 200, liveThing('1')), { user });
    const error = await rejection(cluster.get(thing));
    expect(error.kind).toBe('config');
    expect(requests).toEqual([]);
    return error;
  };
  const missing = await messageOf({ exec: { command: 'no-such-login', installHint: 'Get it\n  with apt.' } });
  expect(missing.message).toBe('the command "no-such-login", which signs in for context "test", is not installed');
  expect(missing.hint).toBe('install it: Get it with apt');
  const { user: failing } = await plugin(`console.error('token expired:\\n  sign in'); process.exit(3)`);
  expect((await messageOf(failing)).message).toMatch(
    /, which signs in for context "test", failed: token expired: sign in$/,
  );
  const { user: nonsense } = await plugin(`console.log('hello')`);
  expect((await messageOf(nonsense)).message).toMatch(/failed: what it prints is no JSON$/);
  const { user: empty } = await plugin(`console.log('{"status":null}')`);
  expect((await messageOf(empty)).message).toMatch(/failed: what it prints has neither a token nor a certificate$/);
  const { user: endless } = await plugin(`setInterval(() => process.stdout.write('x'.repeat(65536)))`);
  expect((await messageOf(endless)).message).toMatch(/failed: it printed more than 1048576 bytes$/);
  const { user: asking } = await plugin('', { interactiveMode: 'Always' });
  expect((await messageOf(asking)).message).toMatch(/asks questions$/);
});

test('an authentication provider signs in with the token that it still has', async () => {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const token = [part({ alg: 'none' }), part({ exp: Date.now() / 1000 + 3600 }), ''].join('.');
  const oidc = {
    name: 'oidc',
    config: { 'client-id': 'c', 'idp-issuer-url': 'https://issuer.test', 'id-token': token },
  };
  const url = `http://127.0.0.1:${await listening(createServer(answering(({ headers }) => headers.authorization)))}`;
  expect(await seen(await connected({ server: url }, { 'auth-provider': oidc }))).toBe(`Bearer ${token}`);
});
