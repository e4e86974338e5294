// @ts-check
// Bundles src/main.ts into dist/: one small entry, every subcommand a lazily loaded chunk, so that start-up stays near that of bare node.
// Bundles src/index.ts into dist/library/ beside its declarations, as ES modules, which other programs import.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { clientNode } from './client-node.mjs';
import { writeDeclarations } from './declarations.mjs';

const target = 'dist';
const library = join(target, 'library');
const moduleUrl = '__moduleUrl';

/** Packages that are CommonJS call require for node's own modules. */
const requireLine =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** @type {import('esbuild').BuildOptions & { format: 'esm' }} */
const options = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  plugins: [clientNode],
};

async function writeProgram() {
  const { outputFiles } = await build({
    ...options,
    entryPoints: ['src/main.ts'],
    outdir: target,
    outExtension: { '.js': '.cjs' },
    write: false,
  });
  await Promise.all(
    outputFiles.map(async ({ path, text }) => writeFileSync(join(target, basename(path)), await commonJs(text))),
  );
}

/** esbuild splits only ES modules, and node loads many small CommonJS modules in half the time. @param {string} code */
async function commonJs(code) {
  const { code: converted } = await transform(code, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    minifySyntax: true,
    define: { 'import.meta.url': moduleUrl },
    banner: `const ${moduleUrl} = require('node:url').pathToFileURL(__filename).href;`,
  });
  return converted;
}

async function writeLibrary() {
  await build({ ...options, entryPoints: ['src/index.ts'], outdir: library, banner: { js: requireLine } });
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
await Promise.all([writeProgram(), writeLibrary(), writeDeclarations(library)]);
