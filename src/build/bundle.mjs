// @ts-check
// Bundles src/main.ts into dist/: one small entry, every subcommand a lazily loaded chunk, so that start-up stays near that of bare node.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { clientNode } from './client-node.mjs';

const target = 'dist';
const extension = '.cjs';
const moduleUrl = '__moduleUrl';

const { outputFiles } = await build({
  entryPoints: ['src/main.ts'],
  outdir: target,
  outExtension: { '.js': extension },
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  plugins: [clientNode],
});

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

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
await Promise.all(
  outputFiles.map(async ({ path, text }) => writeFileSync(join(target, basename(path)), await commonJs(text))),
);
