// @ts-check
// Runs the real stack: `run.mjs test [filters of test files]`, `run.mjs run [command]`. Node 20 cannot run TypeScript, so esbuild bundles it first.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
// In the cache and not in a temporary folder, so that no end of this process, however sudden, leaves anything behind.
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tcpshift', 'cluster');
const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 16);
const outdir = join(cache, `runner-${checkout}`);
await build({
  entryPoints: ['test/cluster/main.ts', 'test/cluster/inside.ts'],
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  // Bundled CommonJS packages still call require for node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
const main = await import(pathToFileURL(join(outdir, 'main.mjs')).href);
const [action, ...rest] = process.argv.slice(2);
const act = { test: main.test, run: main.run }[action ?? ''];
if (!act) throw new Error(`run.mjs: ${action} is neither test nor run`);
process.exitCode = await act(join(outdir, 'inside.mjs'), rest);
