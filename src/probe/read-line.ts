import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longest reply that is read, in UTF-16 code units; what is longer is cut there and taken as it is. @internal */
export const maxReplyLength = 4096;

/** What was read of a line. */
export interface Heard {
  /** Without its line end, LF or CRLF. */
  text: string;
  /** The line ended, or reached the longest length. */
  complete: boolean;
  /** Why reading failed; absent where the line is complete, the stream ended or the signal stopped it. */
  error?: Error;
}

/** Reads up to the first line end, the end of the stream, its failure, or the signal, whichever is first. Never rejects. */
export function readLine(stream: Readable, signal: AbortSignal): Promise<Heard> {
  return new Promise((resolve) => {
    const decoder = new StringDecoder('utf8');
    let text = '';
    const finish = (complete: boolean, error?: Error) => {
      stream.off('data', take).off('end', stop).off('close', stop).off('error', fail);
      signal.removeEventListener('abort', stop);
      resolve({ text: withoutReturn(text, complete), complete, ...(error ? { error } : {}) });
    };
    const take = (chunk: Buffer) => {
      const from = text.length;
      text += decoder.write(chunk);
      const end = text.indexOf('\n', from);
      if (end < 0 && text.length < maxReplyLength) return;
      text = text.slice(0, Math.min(end < 0 ? text.length : end, maxReplyLength));
      finish(true);
    };
    const stop = () => finish(false);
    const fail = (error: Error) => finish(false, error);
    stream.on('data', take).on('end', stop).on('close', stop).on('error', fail);
    signal.addEventListener('abort', stop, { once: true });
    if (stream.destroyed || signal.aborted) stop();
  });
}

function withoutReturn(text: string, complete: boolean): string {
  return complete && text.endsWith('\r') ? text.slice(0, -1) : text;
}
