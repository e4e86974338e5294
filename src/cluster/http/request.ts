import type { Agent, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import type { Socket } from 'node:net';
import { request as requestTls } from 'node:https';

export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string | string[]>;
  body: string | undefined;
  agent: Agent;
}

const guarded = new WeakSet<Socket>();

/** An abort while an answer is complete but not read to its end destroys a socket that nobody listens to any more, which would end the process. */
function guard(socket: Socket): void {
  if (guarded.has(socket)) return;
  guarded.add(socket);
  socket.on('error', () => {});
}

/** Sends one request; resolves with the answer as soon as its headers are there, rejects with the socket's error or the signal's reason. */
export function exchange(outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, headers, body, agent } = outgoing;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const request = url.startsWith('https:') ? requestTls : requestPlain;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method, agent, signal, headers: { ...headers, ...length } });
    sent.once('socket', guard);
    sent.once('response', resolve);
    sent.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    sent.end(body);
  });
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
