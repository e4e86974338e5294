/** Cuts text that comes in pieces into complete lines, without their line ends. */
export interface LineCutter {
  /** The lines that this piece completes. */
  push(piece: string): string[];
  /** What came after the last line end; undefined where nothing did. */
  rest(): string | undefined;
}

export function lineCutter(): LineCutter {
  let open = '';
  return {
    push(piece) {
      const lines = (open + piece).split('\n');
      open = lines.pop()!;
      return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    },
    rest: () => (open === '' ? undefined : open),
  };
}
