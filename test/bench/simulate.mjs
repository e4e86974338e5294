// @ts-check
// Simulates what is claimed on all cores: `npm run simulate`, or a part of it (`npm run simulate -- gates`), with `--write` to put the tables into docs, `--scale 0.05` for a quick look, `--seed N`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'tcpshift-simulate-'));
const bundle = join(folder, 'main.mjs');
try {
  await build({
    entryPoints: ['test/bench/simulation/main.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  await import(pathToFileURL(bundle).href);
} finally {
  rmSync(folder, { recursive: true });
}
