// @ts-check
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A relative import of a declaration: what stands before its path, the path without its ending, and the quote after it. */
const importOfSource = /((?:from |import\()['"])(\.{1,2}\/[^'"]+)\.ts(?=['"])/g;

/**
 * Writes the declarations of src/index.ts, and of all that it names. tsc leaves imports as the sources have them, of .ts files that are not shipped; these become .js.
 * @param {string} target folder
 */
export async function writeDeclarations(target) {
  const emitted = await mkdtemp(join(tmpdir(), 'tcpshift-types-'));
  try {
    await compile(emitted);
    await copyReached('index', { from: emitted, to: target, seen: new Set() });
  } finally {
    await rm(emitted, { recursive: true });
  }
}

/** @param {string} outDir */
async function compile(outDir) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const run = promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', outDir]);
  await run.catch(({ stdout, message }) => {
    throw new Error(stdout || message);
  });
}

/**
 * Copies a module's declarations and those that they import.
 * @param {string} module its path without an ending
 * @param {{ from: string, to: string, seen: Set<string> }} folders
 */
async function copyReached(module, folders) {
  if (folders.seen.has(module)) return;
  folders.seen.add(module);
  const file = `${module}.d.ts`;
  const text = await readFile(join(folders.from, file), 'utf8');
  await mkdir(dirname(join(folders.to, file)), { recursive: true });
  await writeFile(join(folders.to, file), text.replace(importOfSource, '$1$2.js'));
  const imported = [...text.matchAll(importOfSource)].map(([, , path]) => join(dirname(module), path ?? ''));
  await Promise.all(imported.map((each) => copyReached(each, folders)));
}
