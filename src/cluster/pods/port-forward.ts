import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { PodPort } from '../cluster.ts';
import { oneLine } from '../../core/text.ts';
import type { Client } from '../objects/client.ts';
import { openSocket, podPath } from './socket.ts';

/** Channels of the one port that is asked for. Source: kubelet's WebSocket port-forward, v4.channel.k8s.io. */
const dataChannel = 0;
const errorChannel = 1;
/** Each channel starts with its port's number, two bytes. */
const preambleBytes = 2;

/**
 * One connection to a port inside a pod. The protocol cannot close one direction alone: `end()` stops this side's writing, and the pod sees the
 * end when the stream is destroyed or the pod closes. What goes wrong in the pod destroys the stream with an error that carries a socket's `code`.
 */
export async function portForward(target: PodPort, client: Client): Promise<Duplex> {
  const { namespace, pod, port } = target;
  const socket = await openSocket(
    {
      path: podPath(namespace, pod, 'portforward'),
      query: { ports: String(port) },
      protocols: ['v4.channel.k8s.io'],
      asked: `forward a port to Pod ${namespace}/${pod}`,
      needs: 'create on pods/portforward',
    },
    client,
  );
  const stream = streamOver(socket, `${namespace}/${pod}:${port}`);
  const abort = () => stream.destroy(client.signal.reason as Error);
  client.signal.addEventListener('abort', abort, { once: true });
  stream.once('close', () => client.signal.removeEventListener('abort', abort));
  return stream;
}

function streamOver(socket: WebSocket, target: string): Duplex {
  const begun = new Set<number>();
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _, done) => socket.send(Buffer.concat([Buffer.of(dataChannel), chunk]), done),
    destroy(error, done) {
      socket.terminate();
      done(error);
    },
  });
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? errorChannel;
    const payload = message.subarray(begun.has(channel) ? 1 : 1 + preambleBytes);
    begun.add(channel);
    if (payload.length === 0) return;
    if (channel === errorChannel) stream.destroy(podFailure(payload.toString(), target));
    else if (!stream.push(payload)) socket.pause();
  });
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', (code) => {
    if (code === abnormalClosure) stream.destroy(broken(target));
    else endBoth(stream);
  });
  return stream;
}

/** The code that `ws` gives a socket that ended without a close frame. */
const abnormalClosure = 1006;

function endBoth(stream: Duplex): void {
  stream.push(null);
  stream.end();
}

function broken(target: string): Error {
  return failure(`the port-forward to ${target} broke off`, 'ECONNRESET');
}

function podFailure(text: string, target: string): Error {
  const code = /connection refused/i.test(text) ? 'ECONNREFUSED' : 'ECONNRESET';
  return failure(`the port-forward to ${target} failed: ${oneLine(text)}`, code);
}

/** As a socket to the port itself would fail: with a code, and no ShiftError, for a probe counts it as a sample. */
function failure(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
