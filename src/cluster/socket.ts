import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { ShiftError } from '../errors.ts';
import { within } from './deadline.ts';
import { readBody } from './exchange.ts';
import { connectionFailure, lateAnswer } from './failures.ts';
import type { Session } from './session.ts';
import { statusError } from './status.ts';
import type { Query, Wire } from './wire.ts';
import { urlOf } from './wire.ts';

/** A request that becomes a WebSocket. */
export interface SocketRequest {
  path: string;
  query: Query;
  /** Subprotocols, best first. */
  protocols: string[];
  /** As in `Request`. */
  asked: string;
}

/** The server answered in HTTP instead of opening a socket. */
interface Refusal {
  code: number;
  body: string;
}

/**
 * Opens a WebSocket to the API server, paused: nothing is lost until the caller listens and resumes it.
 * @throws ShiftError as `statusError` makes it; cluster where nothing answers; the signal's reason
 */
export async function openSocket(request: SocketRequest, session: Session): Promise<WebSocket> {
  const { wire, signal } = session;
  const ms = wire.requestTimeoutMs;
  const bounds = { ms, late: () => lateAnswer(ms ?? 0), signal };
  try {
    return await within(bounds, (signal) => openAuthorized(request, wire, signal), wire.clock);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof ShiftError ? error : connectionFailure(error as NodeJS.ErrnoException, wire);
  }
}

async function openAuthorized(request: SocketRequest, wire: Wire, signal: AbortSignal): Promise<WebSocket> {
  const auth = await wire.credentials.current();
  let outcome = await handshake(request, wire, signal);
  const stale = 'code' in outcome && outcome.code === 401;
  if (stale && (await wire.credentials.renew(auth))) outcome = await handshake(request, wire, signal);
  if ('code' in outcome) throw statusError(outcome.code, outcome.body, request.asked);
  return outcome;
}

async function handshake(request: SocketRequest, wire: Wire, signal: AbortSignal): Promise<WebSocket | Refusal> {
  const { WebSocket } = await import('ws');
  const { agent, headers } = await wire.credentials.current();
  signal.throwIfAborted();
  const url = urlOf(wire.server.replace(/^http/, 'ws'), request.path, request.query);
  const options = {
    agent,
    headers: { ...wire.headers, ...headers } as Record<string, string>,
    perMessageDeflate: false,
  };
  const socket = new WebSocket(url, request.protocols, options);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      socket.once('open', () => {
        socket.pause();
        resolve(socket);
      });
      socket.once('unexpected-response', (_, response: IncomingMessage) => {
        const code = response.statusCode ?? 0;
        readBody(response, signal).then((body) => resolve({ code, body }), reject);
      });
      socket.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Path of a subresource of a pod. */
export function podPath(namespace: string, pod: string, subresource: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${subresource}`;
}
