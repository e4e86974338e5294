import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { xdsPort } from '../components/istio/istio.ts';

/** Stops processes, as a machine without time for them would, until the test is over or they are told to go on by what this returns. */
export function stop(pids: readonly number[]): () => void {
  const signal = (name: NodeJS.Signals): void => pids.forEach((pid) => void process.kill(pid, name));
  const goOn = (): void => signal('SIGCONT');
  onTestFinished(goOn);
  signal('SIGSTOP');
  return goOn;
}

/** Every process of a pod of the stack. */
export async function podProcesses(podIP: string): Promise<number[]> {
  const { stdout } = await execa('ip', ['netns', 'pids', podIP]);
  // An empty line would be read as 0, which is the whole group of this process for those who signal it.
  if (stdout === '') throw new Error(`no process runs in pod ${podIP}`);
  return stdout.split('\n').map(Number);
}

/** The stack's own istiod, which all of its gateways ask. */
export async function istiodProcesses(): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const commands = await Promise.all(
    // Other processes may end meanwhile.
    pids.map(async (pid) => ({ pid, command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  );
  const found = commands.filter(({ command }) => command.split('\0').includes(`--grpcAddr=0.0.0.0:${xdsPort}`));
  if (found.length === 0) throw new Error('no istiod runs');
  return found.map(({ pid }) => pid);
}
