/** Cuts text that comes in pieces into complete lines, without their line ends. */
export interface LineCutter {
  /** The lines that this piece completes. Throws where a line has no end within any reason. */
  push(piece: string): string[];
  /** What came after the last line end; undefined where nothing did. */
  rest(): string | undefined;
}

/** More than any object, or any line of a program, takes. */
const longestLine = 64 * 1024 * 1024;

export function lineCutter(): LineCutter {
  let open = '';
  return {
    push(piece) {
      // Only the new piece is looked through: a line may come in very many.
      const lines = piece.split('\n');
      lines[0] = open + lines[0]!;
      open = lines.pop()!;
      if (open.length > longestLine) throw new Error(`it sent a line of more than ${longestLine} characters`);
      return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    },
    rest: () => (open === '' ? undefined : open),
  };
}
