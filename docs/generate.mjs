// Writes docs/commands/*.md from commander's own help, by the built binary. With --check it writes nothing and fails where a page is stale.
import { mkdirSync, readdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';

const check = process.argv.includes('--check');
const folder = 'docs/commands';

/** @param {string[]} path */
async function help(path) {
  const { stdout } = await execa(process.execPath, ['bin/tcpshift.js', ...path, '--help'], {
    env: { COLUMNS: '100', NO_COLOR: '1' },
  });
  return stdout;
}

/** Names of the subcommands that a help text lists. @param {string} text */
function subcommands(text) {
  const [, list = ''] = text.split('\nCommands:\n');
  const names = list.split('\n').map((line) => /^ {2}([a-z]+)/.exec(line)?.[1]);
  return names.flatMap((name) => (name === undefined || name === 'help' ? [] : [name]));
}

/** Each page's file name and text. @param {string[]} path @returns {Promise<[string, string][]>} */
async function pages(path) {
  const text = await help(path);
  const title = ['tcpshift', ...path].join(' ');
  const page = /** @type {[string, string]} */ ([
    `${path.join('-') || 'tcpshift'}.md`,
    `# ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  ]);
  const nested = await Promise.all(subcommands(text).map((name) => pages([...path, name])));
  return [page, ...nested.flat()];
}

mkdirSync(folder, { recursive: true });
const wanted = new Map(await pages([]));
const stale = [...wanted].filter(([name, text]) => readIfThere(`${folder}/${name}`) !== text).map(([name]) => name);
const left = readdirSync(folder).filter((name) => !wanted.has(name));
if (check && stale.length + left.length > 0) {
  console.error(`stale pages in ${folder}: ${[...stale, ...left].join(', ')}; run: npm run docs`);
  process.exitCode = 1;
} else if (!check) {
  for (const name of stale) writeFileSync(`${folder}/${name}`, wanted.get(name) ?? '');
  for (const name of left) rmSync(`${folder}/${name}`);
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
