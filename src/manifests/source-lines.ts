/** Private-use characters that stand around a source line's number; no template has a reason to contain them. */
const [open, close] = ['\uE000', '\uE001'];

/** The template with each line's number at its start, except in lines that begin inside a tag or an output. */
export function numberLines(template: string): string {
  const tags = [...template.matchAll(/\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g)];
  const inTag = (offset: number) => tags.some(({ index, 0: tag }) => index < offset && offset < index + tag.length);
  let offset = 0;
  const numbered = template.split('\n').map((line, index) => {
    const start = offset;
    offset += line.length + 1;
    return inTag(start) ? line : `${open}${index + 1}${close}${line}`;
  });
  return numbered.join('\n');
}

/** Rendered text, with the template's line for each of its lines; both count from 1. */
export interface NumberedText {
  text: string;
  sourceLine: (rendered: number) => number;
}

/** Takes the numbers out of a rendered template again; a line takes the last number before its first other character. */
export function readNumbers(rendered: string): NumberedText {
  const number = new RegExp(`${open}(\\d+)${close}`, 'g');
  const sources: number[] = [];
  const lines = rendered.split('\n').map((line, index) => {
    const start = new RegExp(`^(?:\\s|${open}\\d+${close})*`).exec(line)![0];
    const last = [...start.matchAll(number)].at(-1)?.[1];
    sources.push(last === undefined ? (sources[index - 1] ?? 1) : Number(last));
    return line.replace(number, '');
  });
  return { text: lines.join('\n'), sourceLine: (line) => sources[line - 1] ?? 1 };
}
