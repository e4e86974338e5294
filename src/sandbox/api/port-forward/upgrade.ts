import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest, notFound } from '../../store/api-error.ts';
import type { ServerRegistry } from '../../store/open-registry.ts';
import type { KubeObject } from '../../../core/objects.ts';
import { askedBy } from '../call.ts';
import { channelProtocol, serveChannelForward } from './channel-forward.ts';
import type { ConnectPod } from './forward.ts';
import { serveSpdyForward } from './spdy-forward.ts';

/** A connection that asked to be upgraded, with what came on it after the headers. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

const forwardProtocol = 'portforward.k8s.io';
/** SPDY inside a WebSocket, as kubectl has it since 1.31. */
const tunnelProtocol = `SPDY/3.1+${forwardProtocol}`;

const listed = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((part) => part.trim());

/** The pod of a port-forward. Throws ApiError 404 where there is none, 400 where it does not run. */
export function forwardedPod(registry: ServerRegistry, name: string, namespace: string): KubeObject {
  const pod = registry.get({ apiVersion: 'v1', kind: 'Pod' }, name, namespace);
  if (!pod) throw notFound({ group: '', plural: 'pods' }, name);
  const { phase } = pod.status ?? {};
  if (phase === 'Running') return pod;
  throw badRequest(`unable to forward port because pod is not running. Current status=${phase ?? 'Pending'}`);
}

/** Throws ApiError 400 unless each asked port is one. */
function portsOf(request: IncomingMessage): number[] {
  const asked = askedBy(request).query.getAll('ports');
  if (asked.length === 0) throw badRequest('query parameter "ports" is required');
  return asked.flatMap(listed).map((text) => {
    const port = Number(text);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
    throw badRequest(`unable to parse "${text}" as a port`);
  });
}

function acceptSpdy({ request, socket, head }: Upgrade): void {
  if (!listed(request.headers['x-stream-protocol-version']).includes(forwardProtocol)) {
    throw badRequest(`the only protocol served over SPDY is ${forwardProtocol}`);
  }
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1'];
  socket.write(`${lines.join('\r\n')}\r\nX-Stream-Protocol-Version: ${forwardProtocol}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
}

async function serveWebSocket(upgrade: Upgrade, pod: KubeObject, connectPod: ConnectPod): Promise<void> {
  const { request, socket, head } = upgrade;
  const offered = listed(request.headers['sec-websocket-protocol']);
  const protocol = [tunnelProtocol, channelProtocol].find((known) => offered.includes(known));
  if (!protocol) throw badRequest(`none of the WebSocket protocols is served: ${offered.join(', ')}`);
  const ports = protocol === channelProtocol ? portsOf(request) : [];
  const { createWebSocketStream, WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true });
  // The library takes a protocol's name for a plain word, which the tunnel's is not: so it never sees any, and its answer gets one added.
  delete request.headers['sec-websocket-protocol'];
  server.on('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`));
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    if (protocol === channelProtocol) void serveChannelForward(webSocket, { pod, ports }, connectPod);
    else void serveSpdyForward(createWebSocketStream(webSocket), pod, connectPod);
  });
}

/** Upgrades a connection and forwards ports over it, in whichever protocol the client speaks. Throws ApiError 400 for any other. */
export async function servePortForward(upgrade: Upgrade, pod: KubeObject, connectPod: ConnectPod): Promise<void> {
  const wanted = listed(upgrade.request.headers.upgrade).map((name) => name.toLowerCase());
  if (wanted.includes('websocket')) return serveWebSocket(upgrade, pod, connectPod);
  if (!wanted.includes('spdy/3.1')) throw badRequest(`unable to upgrade to ${wanted.join(', ')}`);
  acceptSpdy(upgrade);
  return serveSpdyForward(upgrade.socket, pod, connectPod);
}
