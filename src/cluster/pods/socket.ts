import type { IncomingMessage } from 'node:http';
import type { ClientOptions, WebSocket } from 'ws';
import type { Auth } from '../kubeconfig/plain-auth.ts';
import { endOf, readBody, type Way } from '../http/request.ts';
import type { Client } from '../objects/client.ts';
import { statusError } from '../http/status-errors.ts';
import type { Query, Wire } from '../http/transport.ts';
import { authorized, urlOf } from '../http/transport.ts';

/** A request that becomes a WebSocket. */
export interface SocketRequest {
  path: string;
  query: Query;
  /** Subprotocols, best first. */
  protocols: string[];
  /** As in `Request`. */
  asked: string;
  /** The permission that it takes: `create on pods/exec`. */
  needs: string;
}

/** A socket, or what the server answered in HTTP instead of opening one. */
type Handshake = { code: 101; socket: WebSocket } | { code: number; body: string };

/**
 * Opens a WebSocket to the API server, paused: nothing is lost until the caller listens and resumes it.
 * @throws ShiftError as `statusError` makes it; cluster where nothing answers; the signal's reason
 */
export async function openSocket(request: SocketRequest, { wire, signal }: Client): Promise<WebSocket> {
  const run = (auth: Auth, signal: AbortSignal) => handshake(request, auth, { wire, signal });
  const outcome = await authorized(run, wire, signal);
  if ('socket' in outcome) return outcome.socket;
  throw statusError(outcome.code, outcome.body, request.asked, request.needs);
}

async function handshake(
  request: SocketRequest,
  auth: Auth,
  { wire, signal }: { wire: Wire; signal: AbortSignal },
): Promise<Handshake> {
  const { WebSocket } = await import('ws');
  signal.throwIfAborted();
  const url = urlOf(wire.server.replace(/^http/, 'ws'), request.path, request.query);
  const way: Way = { signal };
  // The types of ws know no header of several values; node's own request, which it calls, does.
  const headers = { ...wire.headers, ...auth.headers } as Record<string, string>;
  const options: ClientOptions & { way: Way } = { agent: auth.agent, headers, perMessageDeflate: false, way };
  const socket = new WebSocket(url, request.protocols, options);
  let abort = () => {};
  try {
    return await new Promise((resolve, reject) => {
      socket.once('open', () => {
        socket.pause();
        resolve({ code: 101, socket });
      });
      socket.once('unexpected-response', (_, response: IncomingMessage) => {
        const code = response.statusCode ?? 0;
        readBody(response, signal).then((body) => resolve({ code, body }), reject);
      });
      socket.on('error', reject);
      abort = () => {
        reject(endOf(way));
        socket.terminate();
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Path of a subresource of a pod. */
export function podPath(namespace: string, pod: string, subresource: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${subresource}`;
}
