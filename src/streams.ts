import { ShiftError } from './errors.ts';
import type { Output } from './io.ts';

/** The reason of an abort because the reader of stdout went away, which is a clean end. */
export const outputClosed = Symbol('stdout closed');

/** A stream of the process. @param failed called whenever something cannot be written, with the reason to end for */
export function outputOf(stream: NodeJS.WriteStream, failed: (reason: unknown) => void): Output {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Later ones only say that the stream has failed.
    failure ??= error;
    failed(isClosed(failure) ? outputClosed : unwritten(failure));
  });
  return {
    write: (text) => void stream.write(text),
    flushed: () =>
      new Promise((resolve, reject) => {
        stream.write('', (error) => {
          const found = failure ?? error;
          if (found && !isClosed(found)) reject(unwritten(found));
          else resolve();
        });
      }),
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.columns || 80;
    },
  };
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE';
}

function unwritten(cause: Error): ShiftError {
  return new ShiftError('output', `cannot write the output: ${cause.message}`, {
    hint: 'make room where stdout goes, or send it elsewhere',
    cause,
  });
}
