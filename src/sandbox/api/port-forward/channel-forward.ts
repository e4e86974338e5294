import { Duplex, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { KubeObject } from '../../../core/objects.ts';
import { type ConnectPod, forward } from './forward.ts';

/** The protocol in which each message of a WebSocket begins with the number of its channel. */
export const channelProtocol = 'v4.channel.k8s.io';

function send(socket: WebSocket, channel: number, payload: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(Buffer.concat([Buffer.from([channel]), payload]), (error) => (error ? reject(error) : resolve()));
  });
}

function channelWritable(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => void send(socket, channel, chunk).then(() => done(), done),
  });
}

/** Channel `channel` as a duplex; it ends when the WebSocket closes, as the protocol knows no other end. */
function channelDuplex(socket: WebSocket, channel: number): Duplex {
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => void send(socket, channel, chunk).then(() => done(), done),
  });
  socket.on('message', (message: Buffer) => {
    if (message[0] === channel && message.length > 1) duplex.push(message.subarray(1));
  });
  socket.on('close', () => duplex.push(null));
  return duplex;
}

/** Serves a port-forward over a WebSocket: a data and an error channel a port, each begun by the port's number. */
export async function serveChannelForward(
  socket: WebSocket,
  { pod, ports }: { pod: KubeObject; ports: readonly number[] },
  connectPod: ConnectPod,
): Promise<void> {
  const forwarded = ports.map(async (port, index) => {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    const data = channelDuplex(socket, 2 * index);
    const error = channelWritable(socket, 2 * index + 1);
    await Promise.all([send(socket, 2 * index, number), send(socket, 2 * index + 1, number)]);
    data.on('error', () => data.destroy());
    error.on('error', () => error.destroy());
    await forward({ pod, port, data, error }, connectPod);
  });
  await Promise.allSettled(forwarded);
  socket.close();
}
