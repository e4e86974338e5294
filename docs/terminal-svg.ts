import { textWidth } from '../src/report/terminal/text-width.ts';
import { xmlText } from '../src/report/xml.ts';

/** The look of a run of text, as SGR escapes set it. */
interface Look {
  colour?: string;
  bold?: boolean;
  dim?: boolean;
}

interface Run extends Look {
  text: string;
  /** Column of its first character, from 0. */
  column: number;
}

const character = { width: 8.4, height: 20, size: 14 };
const margin = 16;
const titleBar = 28;

/** The basic colours 30–37 and 90–97, legible on the picture's own dark ground. */
const palette = ['#6e7681', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#e6edf3'];

/**
 * A picture of a terminal as one self-contained SVG document, on its own dark ground, so that it looks the same on light
 * and dark pages. Understands bold, dim and the basic colours; other escapes are left out.
 * @param columns width of the terminal; lines are not wrapped
 */
export function terminalSvg(text: string, { title, columns = 80 }: { title: string; columns?: number }): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const [width, height] = [
    columns * character.width + 2 * margin,
    titleBar + lines.length * character.height + 1.5 * margin,
  ];
  let look: Look = {};
  const rows = lines.map((line, row) => {
    const { runs, last } = parseLine(line, look);
    look = last;
    return runs.map((run) => span(run, titleBar + margin / 2 + (row + 0.75) * character.height)).join('');
  });
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, i) => `<circle cx="${20 + 18 * i}" cy="16" r="5.5" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fixed(width)} ${fixed(height)}" width="${fixed(width)}" role="img">`,
    `<title>${xmlText(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...dots,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="${character.size}" fill="${palette[7]}">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Every run is told where it begins and how long it is, so that columns stay aligned in any font. */
function span({ text, column, colour, bold, dim }: Run, y: number): string {
  const fill = colour ? ` fill="${colour}"` : '';
  const weight = bold ? ' font-weight="bold"' : '';
  const opacity = dim ? ' opacity=".65"' : '';
  const length = fixed(textWidth(text) * character.width);
  const x = fixed(margin + column * character.width);
  return `<text x="${x}" y="${fixed(y)}" textLength="${length}"${fill}${weight}${opacity}>${xmlText(text)}</text>`;
}

/** The runs of a line that begins with a look, and the look that it ends with. */
function parseLine(line: string, start: Look): { runs: Run[]; last: Look } {
  const runs: Run[] = [];
  let look = start;
  let column = 0;
  for (const part of line.split(escape)) {
    if (part.startsWith('\u001B')) {
      if (part.endsWith('m')) look = restyled(look, part.slice(2, -1).split(';').map(Number));
      continue;
    }
    const text = part.replaceAll(/\p{Cc}/gu, '');
    for (const words of text.matchAll(/\S+(?: \S+)*/g)) {
      runs.push({ ...look, text: words[0], column: column + textWidth(text.slice(0, words.index)) });
    }
    column += textWidth(text);
  }
  return { runs, last: look };
}

const escape = new RegExp(String.raw`(\u001B\[[\d;?]*[A-Za-z])`);

function restyled(look: Look, codes: readonly number[]): Look {
  return codes.reduce<Look>((now, code) => {
    const base = code >= 90 ? code - 90 : code - 30;
    if (code === 0) return {};
    if (code === 1) return { ...now, bold: true };
    if (code === 2) return { ...now, dim: true };
    if (code === 22) return now.colour ? { colour: now.colour } : {};
    if (palette[base] !== undefined) return { ...now, colour: palette[base] };
    if (code === 39) return { bold: now.bold ?? false, dim: now.dim ?? false };
    return now;
  }, look);
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
