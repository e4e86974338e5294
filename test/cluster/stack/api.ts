import { readFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';

/** Where an API server is and how to prove who asks: what a kubeconfig's current context says. */
export interface Access {
  server: string;
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  token?: string;
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Parsed where it is JSON, the text where not. */
  body: any;
}

export interface Call {
  method?: string;
  body?: unknown;
  /** The body's content type, `application/json` where absent. */
  type?: string;
  accept?: string;
  headers?: Record<string, string>;
  /** Another bearer token than the kubeconfig's. */
  token?: string;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: any;
}

/** An answer of 400 or above. */
export class ApiError extends Error {
  readonly answer: Answer;
  constructor(call: string, answer: Answer) {
    super(`${call}: ${answer.status} ${answer.body?.message ?? answer.body}`);
    this.answer = answer;
  }
}

/** Whether the object that a call was about is no longer there, or another one has its name. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && [404, 409].includes(error.answer.status);
}

/** A bare client of an API server, without any of tcpshift's own code: what it sees is what the server sent. */
export interface Api {
  /** Any answer, also a refusal. */
  send(path: string, call?: Call): Promise<Answer>;
  /** The body of a good answer. @throws ApiError */
  call(path: string, call?: Call): Promise<any>;
  /** Opens a watch; resolves once the server has answered. @throws ApiError */
  events(path: string, call?: Call, signal?: AbortSignal): Promise<AsyncIterable<WatchEvent>>;
  /** Calls back with each event, one at a time, until the server ends the watch or the signal aborts. @throws ApiError */
  watch(path: string, onEvent: (event: WatchEvent) => void | Promise<void>, signal?: AbortSignal): Promise<void>;
}

/** Reads a kubeconfig's current context: tokens and client certificates, in files or inline. */
export async function readAccess(kubeconfig: string): Promise<Access> {
  const config = parse(await readFile(kubeconfig, 'utf8'));
  const named = (list: any[], name: string) => list.find((entry) => entry.name === name);
  const context = named(config.contexts, config['current-context']).context;
  const { cluster } = named(config.clusters, context.cluster);
  const { user } = named(config.users, context.user);
  const [ca, cert, key] = await Promise.all([
    material(cluster, 'certificate-authority'),
    material(user, 'client-certificate'),
    material(user, 'client-key'),
  ]);
  return { server: cluster.server, ...ca, ...cert, ...key, ...(user.token ? { token: user.token } : {}) };

  async function material(from: any, field: string) {
    const name = { 'certificate-authority': 'ca', 'client-certificate': 'cert', 'client-key': 'key' }[field]!;
    if (from[`${field}-data`]) return { [name]: Buffer.from(from[`${field}-data`], 'base64') };
    return from[field] ? { [name]: await readFile(from[field]) } : {};
  }
}

export function connect({ server, token, ...tls }: Access): Api {
  const agent = new Agent({ keepAlive: true, ...tls });
  const open = (
    path: string,
    { method = 'GET', body, type = 'application/json', ...call }: Call,
    signal?: AbortSignal,
  ) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const bearer = call.token ?? token;
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const options: RequestOptions = {
        agent,
        method,
        headers: {
          accept: call.accept ?? 'application/json',
          ...call.headers,
          ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
          ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
        },
        ...(signal ? { signal } : {}),
      };
      request(new URL(path, server), options, resolve).on('error', reject).end(text);
    });

  const send = async (path: string, call: Call = {}) => readAnswer(await open(path, call));
  const events = async (path: string, call: Call = {}, signal?: AbortSignal) => {
    const response = await open(path, call, signal);
    if (response.statusCode !== 200) throw new ApiError(`watch ${path}`, await readAnswer(response));
    return parsed(response);
  };
  return {
    send,
    events,
    call: async (path, call = {}) => {
      const answer = await send(path, call);
      if (answer.status >= 400) throw new ApiError(`${call.method ?? 'GET'} ${path}`, answer);
      return answer.body;
    },
    watch: async (path, onEvent, signal) => {
      for await (const event of await events(path, {}, signal)) await onEvent(event);
    },
  };
}

async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    yield* parts;
  }
}

async function* parsed(response: IncomingMessage): AsyncGenerator<WatchEvent> {
  for await (const line of lines(response)) yield JSON.parse(line);
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  const json = /json/.test(response.headers['content-type'] ?? '');
  return { status: response.statusCode!, headers: response.headers, body: json && text ? JSON.parse(text) : text };
}
