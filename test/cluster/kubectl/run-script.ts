import { cp, mkdtemp, readFile, rm, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { masked } from './mask.ts';

const here = 'test/cluster/kubectl';

/** One line of the script and what came of it, without what differs between any two clusters. */
export interface Step {
  line: string;
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** A cluster, and the kubectl to run on it. */
interface Subject {
  kubeconfig: string;
  /** The path of the program, whose file is called `kubectl`. */
  kubectl: string;
  namespace: string;
}

/** The lines of a script, comments aside. */
export async function linesOf(script: string): Promise<string[]> {
  const lines = (await readFile(`${here}/${script}.sh`, 'utf8')).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** Runs the lines one after another in a folder of their own, each in a shell. */
export async function runScript(
  lines: readonly string[],
  { kubeconfig, kubectl, namespace }: Subject,
): Promise<Step[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-script-'));
  try {
    await cp(`${here}/files`, folder, { recursive: true });
    const config = join(folder, 'kubeconfig');
    await copyFile(kubeconfig, config);
    const env = {
      PATH: `${dirname(kubectl)}:${process.env['PATH']}`,
      HOME: folder,
      TMPDIR: folder,
      KUBECONFIG: config,
      KUBECACHEDIR: join(folder, 'cache'),
      NAMESPACE: namespace,
      // A collection costs a program that ends at once more than it gains.
      GOGC: 'off',
    };
    const steps: Step[] = [];
    for (const line of lines) {
      const done = await execa('sh', ['-c', line], { cwd: folder, env, input: '', reject: false, timeout: 40_000 });
      const { exitCode, stdout, stderr } = done;
      steps.push({ line, exitCode, stdout: masked(stdout, folder), stderr: masked(stderr, folder) });
    }
    return steps;
  } finally {
    await rm(folder, { recursive: true });
  }
}
