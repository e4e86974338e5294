// @ts-check
// Writes docs/demo.svg: a picture of what the built `tcpshift demo` prints, long lists shortened.
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { build } from 'esbuild';
import { execa } from 'execa';

/** Lines of one kind, and how many of those that follow each other the picture shows before the last. @type {[RegExp, number][]} */
const lists = [
  [/ (created|deleted)$/, 1],
  [/^(one|two) /, 4],
];

/** @param {string | undefined} line */
const listOf = (line = '') => lists.findIndex(([pattern]) => pattern.test(line));

/** The text with what is between the first lines and the last of each list replaced by one ellipsis. @param {string} text */
function shortened(text) {
  const lines = text.split('\n');
  let place = 0;
  const kept = lines.flatMap((line, index) => {
    const list = listOf(line);
    place = list === listOf(lines[index - 1]) ? place + 1 : 0;
    const first = lists[list]?.[1] ?? Infinity;
    if (place < first || list !== listOf(lines[index + 1])) return [line];
    return place === first ? ['\u001B[2m⋮\u001B[22m'] : [];
  });
  return kept.join('\n');
}

/** @returns {Promise<typeof import('./terminal-svg.ts')>} */
async function painter() {
  const { outputFiles } = await build({
    entryPoints: ['docs/terminal-svg.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
}

const { stdout } = await execa(process.execPath, ['bin/tcpshift.js', 'demo'], { env: { FORCE_COLOR: '1' } });
const text = `$ npx tcpshift demo\n\n${shortened(stdout)}`;
const columns = Math.max(
  ...stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.length),
);
const { terminalSvg } = await painter();
writeFileSync('docs/demo.svg', terminalSvg(text, { title: 'A run of tcpshift demo', columns }));
