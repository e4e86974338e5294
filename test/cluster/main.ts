/** The runner: builds what the cache lacks, and runs a command in the stack of each profile asked for. Started by run.mjs. */
import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { buildAll, missing } from './build/cache.ts';
import { lacking, namespaceWords } from './build/prerequisites.ts';
import type { Product } from './build/product.ts';
import { writeProven } from './proven/page.ts';
import { istio131 } from './components/istio/istio.ts';
import { productsOf, profiles, type ProfileName } from './stack/profiles.ts';

const vitest = ['node_modules/.bin/vitest', 'run', '--config', 'test/cluster/vitest.config.ts'];
const results = 'test-results/cluster';
/** The exit code of a stack that was told to end. */
const interrupted = 130;
const allProfiles = Object.keys(profiles) as ProfileName[];

/** Runs the suites on every profile, or on the cluster of TCPSHIFT_TEST_KUBECONFIG. Resolves with the exit code. */
export async function test(inside: string, filters: readonly string[]): Promise<number> {
  const kubeconfig = process.env['TCPSHIFT_TEST_KUBECONFIG'];
  const command = [...vitest, ...filters];
  if (!kubeconfig) {
    const names = chosenProfiles(allProfiles);
    const code = await inStacks(inside, names, command);
    const isWholeMatrix = names.length === allProfiles.length && filters.length === 0;
    return code === 0 && isWholeMatrix ? provenCode(names) : (code ?? unavailableCode());
  }
  if (!(await prepare([istio131.files], []))) return unavailableCode();
  const env = { KUBECONFIG: kubeconfig, TCPSHIFT_CLUSTER_PROFILE: 'existing' };
  return (await execa(command[0]!, command.slice(1), { stdio: 'inherit', reject: false, env })).exitCode ?? 1;
}

/** Runs one command, a shell where there is none, in the stack of one profile. Resolves with its exit code. */
export async function run(inside: string, command: readonly string[]): Promise<number> {
  const shell = process.env['SHELL'] ?? 'sh';
  const name = chosenProfiles(['istio-1.31']).slice(0, 1);
  return (await inStacks(inside, name, command.length > 0 ? command : [shell])) ?? unavailableCode();
}

/** Runs the command in the stack of each profile, up to the first that is interrupted. Resolves with the worst exit code; undefined where this machine can run none. */
async function inStacks(
  inside: string,
  names: readonly ProfileName[],
  command: readonly string[],
): Promise<number | undefined> {
  const words = await namespaceWords();
  const lacks = words ? [] : ['namespaces (unshare --user --net --mount --pid, or root)'];
  if (!(await prepare([...new Set(names.flatMap(productsOf))], lacks))) return undefined;
  let worst = 0;
  for (const name of names) {
    const code = await inStack([...words!, process.execPath, inside], name, command);
    worst = Math.max(worst, code);
    if (code === interrupted) break;
  }
  return worst;
}

/** Writes what the run has proved; under CI, which changes no file, a page that tells otherwise is an error. */
async function provenCode(names: readonly ProfileName[]): Promise<number> {
  const reports = new Map(names.map((name) => [profiles[name].title as string, `${results}/${name}/results.json`]));
  const problem = await writeProven(reports, process.env['CI'] === 'true');
  if (problem === undefined) return 0;
  console.error(`error: ${problem}`);
  return 1;
}

async function inStack(start: readonly string[], name: ProfileName, command: readonly string[]): Promise<number> {
  const logs = `${results}/${name}`;
  await rm(logs, { recursive: true, force: true });
  const [program, ...args] = [...start, name, logs, ...command];
  // The fourth stream is the stack's lifeline: it closes with this process, however that ends.
  const stack = execa(program!, args, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'], reject: false });
  const stop = () => stack.stdio[3].destroy();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const { exitCode } = await stack;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  return exitCode ?? 1;
}

/** Builds what the cache lacks. False, with the reasons on stderr, where this machine cannot. */
async function prepare(products: readonly Product[], lacks: readonly string[]): Promise<boolean> {
  const toBuild = await missing(products);
  const all = [...lacks, ...(await lacking(toBuild))];
  if (all.length > 0) {
    console.error(
      `${mustRun() ? 'error' : 'skipped'}: the real stack needs\n${all.map((line) => `  ${line}`).join('\n')}`,
    );
    return false;
  }
  await buildAll(toBuild, (line) => console.error(line));
  return true;
}

function mustRun(): boolean {
  return process.env['CI'] === 'true' && process.env['TCPSHIFT_CLUSTER'] === 'required';
}

function unavailableCode(): number {
  return mustRun() ? 1 : 0;
}

/** The profiles that TCPSHIFT_CLUSTER_PROFILE lists, with commas between. */
function chosenProfiles(fallback: ProfileName[]): ProfileName[] {
  const asked = process.env['TCPSHIFT_CLUSTER_PROFILE']?.split(',') ?? fallback;
  const unknown = asked.filter((name) => !(name in profiles));
  if (unknown.length > 0)
    throw new Error(`TCPSHIFT_CLUSTER_PROFILE: ${unknown.join()} is none of ${allProfiles.join(', ')}`);
  return asked as ProfileName[];
}
