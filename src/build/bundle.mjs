// Bundles src/main.ts into dist/: one small entry, every subcommand a lazily loaded chunk, so that start-up stays near that of bare node.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { clientNode } from './client-node.mjs';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [clientNode],
  // Bundled CommonJS packages still call require for node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
