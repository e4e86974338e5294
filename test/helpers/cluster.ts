import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { ClusterOptions } from '../../src/cluster/connect.ts';
import { connectCluster } from '../../src/cluster/connect.ts';
import type { Io } from '../../src/io.ts';
import { systemClock } from '../../src/io.ts';

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Starts a server on a free port of 127.0.0.1 that ends with the test; resolves with its port. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export interface KubeconfigParts {
  cluster: object;
  user?: object;
  context?: object;
}

/** Writes a kubeconfig with one context, `test`. */
export async function writeKubeconfig({ cluster, user = {}, context = {} }: KubeconfigParts): Promise<string> {
  const file = join(await temporaryFolder(), 'config');
  const config = {
    'current-context': 'test',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', ...context } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** Connects with an environment of its own, and real time unless `io` says otherwise. */
export function connectTo(options: Partial<ClusterOptions>, io: Partial<Io> = {}): Promise<Cluster> {
  const { env = {}, signal = new AbortController().signal, clock = systemClock } = io;
  return connectCluster({ warn: () => {}, ...options }, { env, signal, clock });
}

export interface StubCluster {
  cluster: Cluster;
  server: string;
  /** Method and path of every request but discovery. */
  requests: string[];
}

/** A plain HTTP server that answers discovery for `Thing` of `test.io/v1` and leaves every other request to the test. */
export async function stubCluster(
  answer: (request: IncomingMessage, response: ServerResponse, index: number) => unknown,
  options: Omit<Partial<ClusterOptions>, 'user'> & { user?: object } = {},
  io: Partial<Io> = {},
): Promise<StubCluster> {
  const requests: string[] = [];
  const listener: RequestListener = (request, response) => {
    if (request.url === '/apis') return reply(response, 200, discovery);
    const index = requests.push(`${request.method} ${request.url}`) - 1;
    answer(request, response, index);
  };
  const server = `http://127.0.0.1:${await listening(createServer(listener))}`;
  const kubeconfig = await writeKubeconfig({ cluster: { server }, ...(options.user ? { user: options.user } : {}) });
  const { user: _user, ...rest } = options;
  return { cluster: await connectTo({ kubeconfig, ...rest }, io), server, requests };
}

const discovery = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: 'test.io' },
      versions: [
        {
          version: 'v1',
          resources: [{ resource: 'things', scope: 'Namespaced', responseKind: { kind: 'Thing' } }],
        },
      ],
    },
  ],
};

/** Ends a response with a JSON document. */
export function reply(response: ServerResponse, code: number, body: unknown, headers: object = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A Status as an API server makes it. */
export function status(code: number, reason: string, message: string, details: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
}

export const thing = { apiVersion: 'test.io/v1', kind: 'Thing', name: 'one', namespace: 'demo' };

/** A Thing as the server has it. */
export function liveThing(resourceVersion: string, more: object = {}): any {
  return {
    apiVersion: 'test.io/v1',
    kind: 'Thing',
    metadata: { name: 'one', namespace: 'demo', uid: 'u1', resourceVersion },
    ...more,
  };
}
