import type { KubeObject } from '../../core/objects.ts';
import type { Clock } from '../../io.ts';
import { ShiftError } from '../../errors.ts';
import { requestFailure } from '../http/connection-errors.ts';
import { lineCutter } from '../http/lines.ts';
import { fetchStream } from '../http/rest.ts';
import { statusError } from '../http/status-errors.ts';
import type { Request, Wire } from '../http/transport.ts';

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: KubeObject;
}

/** The server is asked to end a watch after this many seconds; a healthy one does. */
const serverSeconds = 30;
/** A watch that was silent for longer than the server may keep it is half dead. */
const idleMs = (serverSeconds + 10) * 1000;

/**
 * One watch, from a resource version until the server ends it.
 * @throws ShiftError cluster: it broke, fell silent, or its version is too old (410); forbidden; the signal's reason
 */
export async function* watchOnce(
  { list, from }: { list: Request; from: string },
  wire: Wire,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const query = {
    ...list.query,
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(serverSeconds),
    resourceVersion: from,
  };
  const asked = list.asked.replace(/^list/, 'watch');
  const response = await fetchStream({ ...list, query, asked }, wire, signal);
  const cutter = lineCutter();
  response.setEncoding('utf8');
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<string>;
  try {
    for (;;) {
      const piece = await nextPiece(pieces, (late) => response.destroy(late), wire.clock);
      if (piece.done) return;
      for (const line of cutter.push(piece.value)) yield parseEvent(line, asked);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw requestFailure(error, wire);
  } finally {
    response.destroy();
  }
}

async function nextPiece(pieces: AsyncIterator<string>, giveUp: (late: Error) => void, clock: Clock) {
  const timer = new AbortController();
  clock.sleep(idleMs, timer.signal).then(
    () => giveUp(new Error(`a watch was silent for ${idleMs / 1000} s`)),
    () => {},
  );
  try {
    return await pieces.next();
  } finally {
    timer.abort();
  }
}

function parseEvent(line: string, asked: string): WatchEvent {
  let event: { type: string; object: KubeObject & { code?: number } };
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw new ShiftError(
      'cluster',
      `cannot ${asked}: the server sent a line that is no JSON: "${line.slice(0, 100)}"`,
      {
        hint: 'check that the server in the kubeconfig is a Kubernetes API server',
        cause: error,
      },
    );
  }
  if (event.type === 'ERROR') throw statusError(event.object.code ?? 500, JSON.stringify(event.object), asked);
  return event as WatchEvent;
}
