import { formatDuration } from '../../core/duration.ts';
import { ShiftError } from '../../errors.ts';
import type { Cluster, PodPort } from '../cluster.ts';
import { keepConnection, type KeptConnection } from './kept-connection.ts';

interface PodPage extends PodPort {
  path: string;
  /** Longest wait for the whole answer, in milliseconds. */
  timeoutMs: number;
}

/** Pages from ports inside pods, over one forwarded connection a port, which is opened anew where it broke. */
export interface PodPages {
  /**
   * The body of `GET path`.
   * @throws ShiftError as portForward does; cluster: the answer is no success, or there is none; timeout: none in time
   */
  get(page: PodPage): Promise<string>;
  /** Ends all connections, those that are being opened among them. */
  close(): void;
}

export function openPages(cluster: Pick<Cluster, 'portForward'>, signal: AbortSignal): PodPages {
  const kept = new Map<string, KeptConnection>();
  const closed = new AbortController();
  const over = AbortSignal.any([signal, closed.signal]);

  const connect = async ({ namespace, pod, port }: PodPage, until: AbortSignal): Promise<KeptConnection> => {
    const late = new AbortController();
    const end = () => late.abort(until.reason);
    until.addEventListener('abort', end, { once: true });
    try {
      // The page's own signal would end the connection long after the page was there.
      const opening = AbortSignal.any([over, late.signal]);
      return keepConnection(await cluster.portForward({ namespace, pod, port }, opening));
    } finally {
      until.removeEventListener('abort', end);
    }
  };

  const getOver = async (connection: KeptConnection, page: PodPage, until: AbortSignal): Promise<string> => {
    const key = keyOf(page);
    kept.set(key, connection);
    try {
      return await connection.get(page.path, until);
    } catch (error) {
      kept.delete(key);
      connection.close();
      throw error;
    }
  };

  const get = async (page: PodPage, until: AbortSignal): Promise<string> => {
    const connection = kept.get(keyOf(page));
    if (!connection?.usable()) return getOver(await connect(page, until), page, until);
    try {
      return await getOver(connection, page, until);
    } catch (error) {
      if (until.aborted) throw error;
      // It may have broken while nothing was asked: only a fresh one tells.
      return getOver(await connect(page, until), page, until);
    }
  };

  return {
    async get(page) {
      const late = AbortSignal.timeout(Math.ceil(page.timeoutMs));
      try {
        return await get(page, AbortSignal.any([over, late]));
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        if (!late.aborted && cause instanceof ShiftError) throw cause;
        throw failure(page, cause, late.aborted);
      }
    },
    close: () => closed.abort(new Error('nobody asks for it any more')),
  };
}

function keyOf({ namespace, pod, port }: PodPort): string {
  return `${namespace}/${pod}:${port}`;
}

function failure({ namespace, pod, port, path, timeoutMs }: PodPage, cause: unknown, late: boolean): ShiftError {
  const what = `port ${port} of pod ${pod} does not answer`;
  const hint = `look at the pod: kubectl describe pod ${pod} -n ${namespace}`;
  if (late) return new ShiftError('timeout', `${what} in ${formatDuration(timeoutMs)}`, { hint, cause });
  return new ShiftError('cluster', `${what} GET ${path}: ${(cause as Error).message}`, { hint, cause });
}
