import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestPlain } from 'node:http';
import type { Socket } from 'node:net';
import { request as requestTls } from 'node:https';
import { isLate, ProxyFailure } from './connection-errors.ts';

export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string | string[]>;
  body: string | undefined;
  agent: Agent;
}

/** The way of a request to the server, which its agent opens. */
export interface Way {
  /** Ends the request, and with it the opening of its connection. */
  readonly signal: AbortSignal;
  /** The proxy on the way for as long as it is waited for. */
  proxy?: URL | undefined;
}

/** What a request that was ended by its signal is to fail with. */
export function endOf({ signal, proxy }: Way): Error {
  const reason = signal.reason as Error;
  return proxy !== undefined && isLate(reason) ? new ProxyFailure(proxy, reason) : reason;
}

const guarded = new WeakSet<Socket>();

/** An abort while an answer is complete but not read to its end destroys a socket that nobody listens to any more, which would end the process. */
function guard(socket: Socket): void {
  if (guarded.has(socket)) return;
  guarded.add(socket);
  socket.on('error', () => {});
}

/** Sends one request; resolves with the answer as soon as its headers are there, rejects with the socket's error or the signal's reason. */
export async function exchange(outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, headers, body, agent } = outgoing;
  signal.throwIfAborted();
  const way: Way = { signal };
  const request = url.startsWith('https:') ? requestTls : requestPlain;
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const options: RequestOptions & { way: Way } = { method, agent, signal, way, headers: { ...headers, ...length } };
  let abort = () => {};
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(url, options);
      sent.once('socket', guard);
      sent.once('response', resolve);
      sent.on('error', (error) => reject(signal.aborted ? endOf(way) : error));
      // A request that has no socket yet says nothing of its end.
      abort = () => reject(endOf(way));
      signal.addEventListener('abort', abort, { once: true });
      sent.end(body);
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The whole body of an answer, as text. */
export async function readBody(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  let text = '';
  try {
    response.setEncoding('utf8');
    for await (const chunk of response) text += chunk;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  return text;
}
