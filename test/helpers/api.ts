import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { type SandboxSeams, startSandbox } from '../../src/sandbox/sandbox.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The parsed body; undefined where it is no JSON. */
  body: any;
}

interface Ask {
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
}

export interface ApiUnderTest {
  server: string;
  kubeconfig: string;
  token: string;
  authority: string;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A watch's events as they come. */
  watch(path: string, headers?: Record<string, string>): Promise<WatchUnderTest>;
  stop(): Promise<void>;
}

interface WatchUnderTest {
  status: number;
  headers: IncomingHttpHeaders;
  /** The next event; undefined at the end of the stream. */
  next(): Promise<any>;
  close(): void;
}

const defaults: Omit<SandboxOptions, 'kubeconfig'> = {
  picker: 'random',
  propagationDelayMs: 0,
  gatewayReplicas: 1,
  drainMs: 100,
  seed: 1,
  ingressPort: 0,
};

/** A sandbox, and plain requests to its API server. */
export async function startApi(options: Partial<SandboxOptions> = {}, seams: SandboxSeams = {}): Promise<ApiUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'tcpshift-api-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const sandbox = await startSandbox({ ...defaults, kubeconfig, ...options }, seams);
  const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const authority = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString();
  const { token } = config.users[0].user;
  const agent = new Agent({ keepAlive: true, ca: authority });

  const open = async (method: string, path: string, { body, type, headers }: Ask = {}): Promise<IncomingMessage> => {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const sent = request(`${sandbox.server}${path}`, {
      method,
      agent,
      headers: {
        authorization: `Bearer ${token}`,
        'user-agent': 'api-test/1',
        ...(payload === undefined
          ? {}
          : { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
    });
    sent.end(payload);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  };

  return {
    server: sandbox.server,
    kubeconfig,
    token,
    authority,
    async ask(method, path, options) {
      const response = await open(method, path, options);
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('utf8');
      return { status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) };
    },
    async watch(path, headers = {}) {
      const response = await open('GET', path, { headers });
      const events = lines(response);
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        next: async () => (await events.next()).value,
        close: () => response.destroy(),
      };
    },
    async stop() {
      agent.destroy();
      await sandbox.stop();
      await rm(directory, { recursive: true });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* lines(response: IncomingMessage): AsyncGenerator<any, undefined> {
  let rest = '';
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const complete = (rest + chunk.toString('utf8')).split('\n');
      rest = complete.pop()!;
      for (const line of complete) yield JSON.parse(line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
  return undefined;
}

/** A ConfigMap to write. */
export function configMap(name: string, data: Record<string, string> = {}, metadata: object = {}): any {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export const configMaps = '/api/v1/namespaces/default/configmaps';
