import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { Io } from '../../src/io.ts';
import { connectTo, listening, writeKubeconfig } from './cluster.ts';

/** A server that upgrades every request, with the subprotocol asked for first, and hands the socket to the test. */
export async function streamServer(
  onSocket: (socket: WebSocket, request: IncomingMessage) => void,
  io: Partial<Io> = {},
): Promise<Cluster> {
  const http = createServer();
  new WebSocketServer({ server: http, handleProtocols: ([first]) => first ?? false }).on('connection', onSocket);
  const server = `http://127.0.0.1:${await listening(http)}`;
  return connectTo({ kubeconfig: await writeKubeconfig({ cluster: { server }, user: { token: 't' } }) }, io);
}

/** A message on a channel. */
export function frame(channel: number, payload: string | Buffer): Buffer {
  return Buffer.concat([Buffer.of(channel), Buffer.from(payload)]);
}

/** How a port-forward starts: the port's number on its data and its error channel. */
export function preamble(socket: WebSocket, port: number): void {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(port);
  socket.send(frame(0, bytes));
  socket.send(frame(1, bytes));
}
