import { textWidth } from './text-width.ts';

/** Numbers are right-aligned; so are columns of text in which every cell is a number with a unit. */
export type Cell = string | number;

const gap = 3;
const narrowest = 8;
const number = /^[-+±<>≤≥~]*\d[\d.,]*( ?(%|ms|s|points))?$/;

/**
 * Aligned columns, headers first, one line a row. Where they don't fit into `columns` characters, the widest column of
 * text is wrapped. Cells with colours of their own are never wrapped.
 */
export function table(headers: readonly string[], rows: readonly (readonly Cell[])[], columns = 80): string[] {
  const text = rows.map((row) => headers.map((_, index) => String(row[index] ?? '')));
  const right = headers.map((_, index) => isNumeric(text.map((row) => row[index]!)));
  const widths = fitted(headers, [[...headers], ...text], { right, columns });
  return [headers, ...text].flatMap((row) => rowLines(row, widths, right));
}

function isNumeric(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => number.test(cell));
}

/** The widths of the columns, with columns of text narrowed, widest first, until the table fits. */
function fitted(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  { right, columns }: { right: readonly boolean[]; columns: number },
): number[] {
  const widths = headers.map((_, index) => Math.max(...rows.map((row) => textWidth(row[index]!))));
  const least = headers.map((header) => Math.max(narrowest, textWidth(header)));
  let excess = widths.reduce((sum, width) => sum + width, gap * (headers.length - 1)) - columns;
  while (excess > 0) {
    const wide = widths.map((width, index) => (right[index] || width <= least[index]! ? 0 : width));
    const widest = wide.indexOf(Math.max(...wide));
    if (wide[widest] === 0) break;
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}

function rowLines(row: readonly string[], widths: readonly number[], right: readonly boolean[]): string[] {
  const cells = row.map((cell, index) => wrapped(cell, widths[index]!));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, index) => aligned(lines[line] ?? '', widths[index]!, right[index]!))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function aligned(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return right ? space + text : text + space;
}

/** Breaks at spaces; inside a word only where the word alone is too wide. */
function wrapped(text: string, width: number): string[] {
  if (textWidth(text) <= width || text.includes('\u001B')) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((word) => pieces(word, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) > width) lines.push(line);
    line = textWidth(longer) > width ? word : longer;
  }
  return [...lines, line].filter((each) => each !== '');
}

function pieces(word: string, width: number): string[] {
  const list: string[] = [];
  let piece = '';
  for (const character of word) {
    if (textWidth(piece + character) > width) {
      list.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...list, piece];
}
