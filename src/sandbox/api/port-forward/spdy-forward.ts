import type { Duplex } from 'node:stream';
import type { KubeObject } from '../../../core/objects.ts';
import { type ConnectPod, forward } from './forward.ts';
import { type Headers, serveSpdy } from './spdy-session.ts';

/** Serves kubectl's port-forward: for each connection an error and a data stream that carry the same request id. */
export function serveSpdyForward(connection: Duplex, pod: KubeObject, connectPod: ConnectPod): Promise<void> {
  const errors = new Map<string, Duplex>();
  return serveSpdy(connection, (stream, headers) => {
    stream.on('error', () => stream.destroy());
    const request = headers['requestid'] ?? headers['port'] ?? '';
    if (headers['streamtype'] === 'error') {
      errors.set(request, stream);
      stream.resume();
      return;
    }
    const error = errors.get(request);
    errors.delete(request);
    if (!error || headers['streamtype'] !== 'data') return void stream.destroy();
    void forward({ pod, port: portOf(headers), data: stream, error }, connectPod);
  });
}

function portOf(headers: Headers): number {
  return Number(headers['port']);
}
