import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { ClusterOptions } from '../../src/cluster/connect.ts';
import { ShiftError } from '../../src/errors.ts';
import { base64, certificates } from '../helpers/certificates.ts';
import { connectTo, listening, reply, writeKubeconfig } from '../helpers/cluster.ts';
import { rejection } from '../helpers/refusal.ts';
import { listen } from '../helpers/tcp-server.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', name: 'a' };
const apiServer = 'https://api.test:6443';

const onePod: RequestListener = (request, response) => {
  const resources = [{ name: 'pods', kind: 'Pod', namespaced: true }];
  if (request.url === '/api/v1') return reply(response, 200, { kind: 'APIResourceList', resources });
  return reply(response, 200, { kind: 'Pod', metadata: { name: 'a' } });
};

/** An API server of one pod that calls itself api.test, which only a proxy can find. */
async function hiddenServer(): Promise<{ port: number; cluster: { server: string } }> {
  const { server } = await certificates({ host: 'api.test' });
  const port = await listening(createTlsServer(server, onePod));
  const authority = { 'certificate-authority-data': base64(server.cert) };
  return { port, cluster: { server: apiServer, ...authority } };
}

interface Connected {
  env?: Record<string, string>;
  options?: Partial<ClusterOptions>;
  signal?: AbortSignal;
}

async function connected(cluster: object, { env = {}, options = {}, signal }: Connected = {}): Promise<Cluster> {
  const kubeconfig = await writeKubeconfig({ cluster });
  return connectTo({ kubeconfig, ...options }, { env, ...(signal ? { signal } : {}) });
}

function join(client: Socket, port: number, onOpen: () => void): void {
  const upstream = connectTcp(port, '127.0.0.1', () => {
    onOpen();
    client.pipe(upstream).pipe(client);
  });
  client.on('error', () => {}).on('close', () => upstream.destroy());
  upstream.on('error', () => {}).on('close', () => client.destroy());
}

interface Proxy {
  port: number;
  /** Where each CONNECT wants to go, and as whom. */
  asked: [string | undefined, string | undefined][];
  /** The next connection that is told nothing. */
  silenced(): Promise<Socket>;
}

/** A proxy that takes so many CONNECTs to the one server behind it, and says nothing to later ones. */
async function proxyTo(port: number, most = Infinity): Promise<Proxy> {
  const asked: Proxy['asked'] = [];
  const proxy = createServer().on('connect', (request, client: Socket) => {
    asked.push([request.url, request.headers['proxy-authorization']]);
    if (asked.length > most) proxy.emit('silenced', client.resume());
    else join(client, port, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
  });
  const silenced = async () => ((await once(proxy, 'silenced')) as [Socket])[0];
  return { port: await listening(proxy), asked, silenced };
}

/** A SOCKS5 proxy to the one server behind it, and the names and ports that it was asked for. */
async function socksTo(port: number): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const greet = async (client: Socket): Promise<void> => {
    await once(client, 'data');
    client.write(Buffer.of(5, 0));
    const [request] = (await once(client, 'data')) as [Buffer];
    const end = 5 + request[4]!;
    asked.push(`${request.subarray(5, end).toString()}:${request.readUInt16BE(end)}`);
    client.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    join(client, port, () => {});
  };
  const server = await listen((client) => void greet(client));
  return { port: server.port, asked };
}

test('through the proxy of the kubeconfig or of the environment', async () => {
  const { port, cluster } = await hiddenServer();
  const proxy = await proxyTo(port);
  const url = `http://ann:s%20t@127.0.0.1:${proxy.port}`;
  const own = await connected({ ...cluster, 'proxy-url': url });
  expect(await own.get(pod)).toBeDefined();
  expect(await own.get(pod)).toBeDefined();
  expect(proxy.asked).toEqual([['api.test:6443', `Basic ${base64('ann:s t')}`]]);
  const ofEnvironment = await connected(cluster, { env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
  expect(await ofEnvironment.get(pod)).toBeDefined();
  expect(proxy.asked).toHaveLength(2);
});

test('to a server that speaks plain HTTP', async () => {
  const proxy = await proxyTo(await listening(createServer(onePod)));
  const url = `http://127.0.0.1:${proxy.port}`;
  expect(await (await connected({ server: 'http://api.test', 'proxy-url': url })).get(pod)).toBeDefined();
  expect(proxy.asked).toEqual([['api.test:80', undefined]]);
});

test('through a SOCKS proxy, which looks the name up', async () => {
  const { port, cluster } = await hiddenServer();
  const proxy = await socksTo(port);
  const through = await connected({ ...cluster, 'proxy-url': `socks5://127.0.0.1:${proxy.port}` });
  expect(await through.get(pod)).toBeDefined();
  expect(proxy.asked).toEqual(['api.test:6443']);
});

test('a proxy that refuses, or is not there', async () => {
  const refusing = createServer().on('connect', (_, client: Socket) =>
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
  );
  const foundAt = async (proxy: string) => {
    const error = await rejection((await connected({ server: apiServer }, { env: { HTTPS_PROXY: proxy } })).get(pod));
    expect(error).toMatchObject({ kind: 'cluster', hint: expect.stringMatching('proxy-url') });
    return error.message;
  };
  const place = `127.0.0.1:${await listening(refusing)}`;
  const start = `the API server at ${apiServer} (context "test") cannot be reached through the proxy`;
  expect(await foundAt(`http://ann:secret@${place}`)).toBe(`${start} http://${place}: it answered 407`);
  const { port } = await listen((socket) => socket.destroy());
  expect(await foundAt(`socks5://127.0.0.1:${port}`)).toMatch(`${start} socks5://127.0.0.1:${port}: `);
  expect(await foundAt('http://127.0.0.1:1')).toBe(`${start} http://127.0.0.1:1: nothing listens there`);
});

test('what is no proxy is refused without its password', async () => {
  for (const url of ['ftp://ann:secret@proxy:21', '//ann:secret@proxy']) {
    const error = await rejection((await connected({ server: apiServer, 'proxy-url': url })).get(pod));
    expect(error).toMatchObject({
      kind: 'config',
      message: 'the proxy-url for context "test" is no URL of a proxy',
    });
  }
});

describe('a proxy that says nothing', () => {
  const target = { namespace: 'default', pod: 'a', port: 80 };

  async function throughSilence(options: Partial<ClusterOptions> = {}) {
    const { port, cluster } = await hiddenServer();
    const proxy = await proxyTo(port, 0);
    const url = `http://127.0.0.1:${proxy.port}`;
    return { proxy, url, through: await connected({ ...cluster, 'proxy-url': url }, { options }) };
  }

  test('keeps a WebSocket for as long as a request', async () => {
    const { url, through } = await throughSilence({ requestTimeoutMs: 200 });
    const { message } = await rejection(through.portForward(target));
    expect(message).toMatch(`cannot be reached through the proxy ${url}: no answer within 200ms`);
  });

  test('is left with the signal of who waits for it', async () => {
    const { proxy, through } = await throughSilence();
    const silenced = proxy.silenced();
    const stop = new AbortController();
    const reason = new ShiftError('interrupted', 'interrupted', { hint: 'run it again' });
    const forward = rejection(through.portForward(target, stop.signal));
    const left = once(await silenced, 'end');
    stop.abort(reason);
    expect(await forward).toBe(reason);
    await left;
  });
});
