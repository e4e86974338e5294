import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { allCells } from './cells.ts';
import { runAll, serveTasks } from './pool.ts';
import { contradictions, fullTable, peerTable, planeTable, questionTable, type Row } from './tables.ts';

/** Puts a text between the markers of its name. */
function fill(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no markers for ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '20261122' },
      scale: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const cells = allCells(Number(values.scale));
  const started = performance.now();
  const results = await runAll(cells, new URL(import.meta.url), Number(values.seed));
  const rows: Row[] = cells.map((cell, i) => ({ cell, result: results[i]! }));
  const seconds = Math.round((performance.now() - started) / 1000);
  const samples = results.reduce((sum, result) => sum + result.samples, 0);
  const runs = results.reduce((sum, result) => sum + result.runs, 0);
  const about = `${runs.toLocaleString('en')} runs of ${cells.length} cells, ${samples.toLocaleString('en')} simulated connections, seed ${values.seed}.`;
  const tables = {
    questions: questionTable(rows),
    peers: peerTable(rows),
    planes: planeTable(rows),
  };
  for (const [name, text] of Object.entries(tables)) console.log(`${name}\n${text}\n`);
  console.log(`${about} ${seconds} s`);
  if (values.write) {
    const page = Object.entries({ ...tables, about }).reduce(
      (page, [name, text]) => fill(page, name, text),
      readFileSync('docs/statistics.md', 'utf8'),
    );
    writeFileSync('docs/statistics.md', page);
    writeFileSync(
      'docs/simulation.md',
      `# Every simulated cell\n\nMade by \`npm run simulate -- --write\`; [statistics.md](statistics.md) explains it. ${about}\nRates in per cent and means with 95 % intervals.\n\n${fullTable(rows)}\n`,
    );
  }
  const wrong = contradictions(rows);
  if (wrong.length > 0) {
    console.error(`Claims contradicted:\n${fullTable(wrong)}`);
    process.exitCode = 1;
  }
}

if (isMainThread) await main();
else serveTasks();
