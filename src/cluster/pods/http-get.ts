import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { formatDuration } from '../../core/duration.ts';
import { ShiftError } from '../../errors.ts';
import type { Cluster, PodPort } from '../cluster.ts';

/** More than a whole listener dump of a large mesh; a server that says more is not the one that was meant. */
const longestBody = 64 * 1024 * 1024;

export interface PodPage extends PodPort {
  path: string;
  /** Longest wait for the whole answer, in milliseconds. */
  timeoutMs: number;
}

/**
 * The body of `GET path` from a port inside a pod, over one forwarded connection.
 * @throws ShiftError as portForward does; cluster: the answer is no success, or there is none; timeout: none in time
 */
export async function getFromPod(cluster: Cluster, page: PodPage, signal: AbortSignal): Promise<string> {
  const late = AbortSignal.timeout(Math.ceil(page.timeoutMs));
  try {
    return await getOnce(cluster, page, AbortSignal.any([signal, late]));
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (!late.aborted && cause instanceof ShiftError) throw cause;
    throw failure(page, cause, late.aborted);
  }
}

async function getOnce(cluster: Cluster, page: PodPage, signal: AbortSignal): Promise<string> {
  const socket = await cluster.portForward(page, signal);
  try {
    return await get(socket, page.path);
  } finally {
    socket.destroy();
  }
}

function failure({ namespace, pod, port, path, timeoutMs }: PodPage, cause: unknown, late: boolean): ShiftError {
  const what = `port ${port} of pod ${pod} does not answer`;
  const hint = `look at the pod: kubectl describe pod ${pod} -n ${namespace}`;
  if (late) return new ShiftError('timeout', `${what} in ${formatDuration(timeoutMs)}`, { hint, cause });
  return new ShiftError('cluster', `${what} GET ${path}: ${(cause as Error).message}`, { hint, cause });
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
