import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import type { Report } from './part.ts';
import { partNamed, parts, type PartName } from './parts.ts';
import { runAll, serveTasks } from './pool.ts';

interface Options {
  seed: number;
  scale: number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '20261122' },
      scale: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const names = positionals.length === 0 ? Object.keys(parts) : positionals;
  for (const name of names.map(partNamed)) {
    const { report, about } = await simulate(name, { seed: Number(values.seed), scale: Number(values.scale) });
    if (values.write) write(name, report, about);
    if (report.wrong === '') continue;
    console.error(`Claims contradicted:\n${report.wrong}`);
    process.exitCode = 1;
  }
}

/** Runs a part, and prints its tables. */
async function simulate(name: PartName, { seed, scale }: Options): Promise<{ report: Report; about: string }> {
  const started = performance.now();
  const results = await runAll({ name, scale }, new URL(import.meta.url), seed);
  const seconds = Math.round((performance.now() - started) / 1000);
  const report = parts[name](scale).report(results);
  const total = (field: 'samples' | 'runs') => results.reduce((sum, result) => sum + result[field], 0);
  const about = `${total('runs').toLocaleString('en')} runs of ${results.length} cells, ${total('samples').toLocaleString('en')} ${report.samples}, seed ${seed}.`;
  for (const [table, text] of Object.entries(report.tables)) console.log(`${table}\n${text}\n`);
  console.log(`${about} ${seconds} s`);
  return { report, about };
}

function write(name: PartName, { tables, full }: Report, about: string): void {
  fill('docs/statistics.md', { ...tables, [`about ${name}`]: about });
  fill('docs/simulation.md', { [name]: `${about}\n\n${full}` });
}

/** Puts each text between the markers of its name. */
function fill(file: string, texts: Record<string, string>): void {
  writeFileSync(file, Object.entries(texts).reduce(filled, readFileSync(file, 'utf8')));
}

function filled(page: string, [name, text]: [string, string]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no markers for ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

if (isMainThread) await main();
else serveTasks();
