import { clearLine, cursorTo, moveCursor } from 'node:readline';
import type { Output } from '../../io.ts';

/** A terminal's output in the form that libraries expect of one. */
export function terminalStream(output: Output): NodeJS.WriteStream {
  const stream = {
    isTTY: output.isTTY,
    get columns() {
      return output.columns;
    },
    write: (text: string) => {
      output.write(text);
      return true;
    },
    cursorTo: (x: number) => cursorTo(stream, x),
    moveCursor: (dx: number, dy: number) => moveCursor(stream, dx, dy),
    clearLine: (direction: -1 | 0 | 1) => clearLine(stream, direction),
  } as unknown as NodeJS.WriteStream;
  return stream;
}
