// @ts-check
// Measures whole processes of the built tcpshift: each against its yardstick, the two alternating, medians. Ratios survive a busy machine.
// --runs N: pairs of runs a row (15). --write: puts the tables into docs/performance.md. KUBECTL: the kubectl to compare with.
// BASELINE: bin/tcpshift.js of another built checkout, whose requests are counted beside this one's.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';

/** @typedef {{ name: string, median: string, yardstick: string, result: string, target: string, met: boolean }} Row */
/** @typedef {(run: number) => Promise<unknown>} Run */

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '15' }, write: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
const kubectl = process.env['KUBECTL'] ?? 'kubectl';
const page = 'docs/performance.md';

/** @param {readonly string[]} args @param {Record<string, string>} [env] */
const tcpshift = (args, env = {}) => execa(process.execPath, ['bin/tcpshift.js', ...args], { env });

/** @param {number[]} times */
function median(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? Number(sorted[middle]) : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/** Milliseconds that each run of each takes, first to last. @param {readonly Run[]} sides @param {number} count */
async function alternating(sides, count) {
  /** @type {number[][]} */
  const times = sides.map(() => []);
  for (let run = -1; run < count; run += 1) {
    for (const [side, start] of sides.entries()) {
      const before = performance.now();
      await start(run + 1);
      // The first pair fills the caches.
      if (run >= 0) times[side]?.push(performance.now() - before);
    }
  }
  return times.map(median);
}

const ms = (/** @type {number} */ time) => `${Math.round(time)} ms`;

/** @param {string} name @param {string} yardstick @param {[Run, Run]} sides @param {number} target @returns {Promise<Row>} */
async function compared(name, yardstick, sides, target) {
  const [own = NaN, other = NaN] = await alternating(sides, runs);
  const ratio = own / other;
  return {
    name: `\`${name}\``,
    median: ms(own),
    yardstick: `\`${yardstick}\`: ${ms(other)}`,
    result: `${ratio.toFixed(2)} ×`,
    target: `< ${target} ×`,
    met: ratio < target,
  };
}

/** @param {string} name @param {Run} run @param {number} target Seconds. @param {number} count @returns {Promise<Row>} */
async function alone(name, run, target, count) {
  const [time = NaN] = await alternating([run], count);
  const seconds = time / 1000;
  return {
    name: `\`${name}\``,
    median: ms(time),
    yardstick: '',
    result: `${seconds.toFixed(1)} s`,
    target: `< ${target} s`,
    met: seconds < target,
  };
}

/** A module of TypeScript, which node 20 cannot run as it is. @param {string} entry */
async function bundled(entry) {
  // Within the checkout, so that packages are found from there.
  await mkdir('test-results', { recursive: true });
  const folder = await mkdtemp(join('test-results', 'bench-'));
  try {
    const outfile = join(folder, 'module.mjs');
    const packages = 'external';
    await build({ entryPoints: [entry], outfile, bundle: true, packages, format: 'esm', platform: 'node' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns {Promise<Row>} */
async function lookRow() {
  /** @type {typeof import('./looks.ts')} */
  const { lookCost } = await bundled('test/bench/looks.ts');
  const cost = lookCost();
  const result = `${cost.toFixed(2)} µs`;
  return { name: 'one look of the judge', median: '', yardstick: '', result, target: '< 2 µs', met: cost < 2 };
}

/** How many requests each command makes of the API server, a column an API; before and after where there is a baseline. */
async function requestTable() {
  /** @type {typeof import('./requests.ts')} */
  const { countRequests } = await bundled('test/bench/requests.ts');
  const before = process.env['BASELINE'];
  const apis = /** @type {const} */ (['gateway-api', 'istio']);
  const columns = await Promise.all(
    apis.map(async (api) => {
      const now = await countRequests('bin/tcpshift.js', api);
      const then = before === undefined ? undefined : await countRequests(before, api);
      return now.map(({ command, requests }, i) => [command, then ? `${then[i]?.requests} → ${requests}` : requests]);
    }),
  );
  const head = ['requests', 'Gateway API', 'Istio'];
  const cells = (columns[0] ?? []).map(([command, first], i) => [
    `\`tcpshift ${command}\``,
    first,
    columns[1]?.[i]?.[1],
  ]);
  return markdown([head, head.map(() => '---'), ...cells]);
}

/** @param {readonly unknown[][]} lines */
function markdown(lines) {
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** @typedef {{ folder: string, env: Record<string, string>, port: string[] }} Place */

/** The rows that want the task on a sandbox. @returns {Promise<Row[]>} */
async function sandboxRows() {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-bench-'));
  const env = { XDG_STATE_HOME: folder, KUBECONFIG: join(folder, 'tcpshift', 'sandbox', 'kubeconfig') };
  const port = ['--port', '31499'];
  try {
    await tcpshift(['sandbox', 'start', '--ingress-port', '31499'], env);
    await tcpshift(['setup', '--api', 'gateway-api', ...port], env);
    const rows = await weightRows({ folder, env, port });
    await tcpshift(['weight', 'v2=20', '--force-conflicts'], env);
    // One right split in a thousand is left open, which takes its time and is no error.
    const verify = () => execa(process.execPath, ['bin/tcpshift.js', 'verify'], { env, reject: false });
    return [...rows, await alone('tcpshift verify', verify, 1.5, runs)];
  } finally {
    await tcpshift(['sandbox', 'stop'], env);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The route of the task, moved by `weight` and by `kubectl apply` in turn. @param {Place} place @returns {Promise<Row[]>} */
async function weightRows({ folder, env, port }) {
  if (!(await hasKubectl())) {
    console.error(`skipped: weight against kubectl apply, for want of ${kubectl}`);
    return [];
  }
  const files = await Promise.all([10, 30].map((share) => routeFile(folder, share, port)));
  const weight = 'weight v2=20 --wait none';
  const row = await compared(
    `tcpshift ${weight}`,
    'kubectl apply',
    [
      () => tcpshift([...weight.split(' '), '--force-conflicts'], env),
      (run) => execa(kubectl, ['apply', '-f', String(files[run % 2])], { env }),
    ],
    2,
  );
  return [row];
}

/** @param {string} folder @param {number} share @param {string[]} port */
async function routeFile(folder, share, port) {
  const { stdout } = await tcpshift(['render', 'weight', `v2=${share}`, '--api', 'gateway-api', ...port]);
  const file = join(folder, `route-${share}.yaml`);
  await writeFile(file, stdout);
  return file;
}

async function hasKubectl() {
  const { failed } = await execa(kubectl, ['version', '--client'], { reject: false });
  return !failed;
}

/** @param {readonly Row[]} rows */
function table(rows) {
  const head = ['what', 'median', 'yardstick', 'result', 'target', ''];
  const cells = rows.map((row) => [
    row.name,
    row.median,
    row.yardstick,
    row.result,
    row.target,
    row.met ? 'met' : 'missed',
  ]);
  const lines = markdown([head, head.map(() => '---'), ...cells]);
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, medians of ${runs} pairs.`;
  return [lines, '', machine].join('\n');
}

/** @type {Row[]} */
const rows = [
  await compared(
    'tcpshift --version',
    'node -e 0',
    [() => tcpshift(['--version']), () => execa(process.execPath, ['-e', '0'])],
    1.5,
  ),
];
rows.push(...(await sandboxRows()));
rows.push(await lookRow());
rows.push(await alone('tcpshift demo', () => tcpshift(['demo']), 6, Math.ceil(runs / 5)));

const text = `${table(rows)}\n\n${await requestTable()}`;
console.log(text);
if (values.write) {
  const before = await readFile(page, 'utf8');
  await writeFile(
    page,
    before.replace(/(<!-- bench -->\n)[^]*(<!-- end -->)/, (_, start, end) => `${start}\n${text}\n\n${end}`),
  );
}
if (rows.some(({ met }) => !met)) process.exitCode = 1;
