import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { ShiftError } from '../errors.ts';
import type { Cluster, PodPort } from './cluster.ts';

/** More than a whole listener dump of a large mesh; a server that says more is not the one that was meant. */
const longestBody = 64 * 1024 * 1024;

/**
 * The body of `GET path` from a port inside a pod, over one forwarded connection.
 * @throws ShiftError as portForward does; cluster: the answer is no success, or there is none
 */
export async function getFromPod(
  cluster: Cluster,
  target: PodPort & { path: string },
  signal: AbortSignal,
): Promise<string> {
  const { pod, port, path } = target;
  const socket = await cluster.portForward(target, signal);
  try {
    return await get(socket, path);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new ShiftError(
      'cluster',
      `port ${port} of pod ${pod} does not answer GET ${path}: ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    socket.destroy();
  }
}

function get(socket: Duplex, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      path,
      host: 'localhost',
      headers: { connection: 'close' },
    });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > longestBody) response.destroy(new Error(`more than ${longestBody} bytes`));
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    asked.end();
  });
}
