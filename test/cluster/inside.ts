/**
 * The first process of a stack's namespaces: starts the stack, runs one command in it, and ends with the command's exit code.
 * Its end is the end of everything inside, as the kernel ends every other process of a pid namespace with its first.
 * Arguments: the profile, the folder for logs, the command.
 */
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { kubernetesPrograms } from './components/kubernetes/kubernetes.ts';
import { createMachine } from './stack/machine.ts';
import type { ProfileName } from './stack/profiles.ts';
import { startStack } from './stack/stack.ts';

/** What the runner holds open as long as it lives. */
const lifeline = 3;

const [profile, logs, ...command] = process.argv.slice(2) as [ProfileName, string, ...string[]];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(130));
new Socket({ fd: lifeline }).on('close', () => end(130)).resume();

try {
  end(await run());
} catch (error) {
  console.error(error instanceof Error ? (error.cause ?? '') : '', String(error));
  end(1);
}

async function run(): Promise<number> {
  const began = performance.now();
  // Of this mount namespace alone: all that the stack writes is in memory and gone with it.
  await execa('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
  const machine = await createMachine('/run/tcpshift', logs);
  process.env['PATH'] = `${dirname(await machine.file(kubernetesPrograms, 'kubectl'))}:${process.env['PATH']}`;
  process.env['KUBECACHEDIR'] = '/run/tcpshift/kubectl';
  const stack = await Promise.race([startStack(machine, profile), machine.failed]);
  console.error(`${profile}: ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const [program, ...args] = command;
  const done = execa(program!, args, { stdio: 'inherit', reject: false, env: { TCPSHIFT_CLUSTER_PROFILE: profile } });
  const { exitCode } = await Promise.race([done, stack.failed]);
  return exitCode ?? 1;
}

function end(code: number): never {
  // oxlint-disable-next-line no-process-exit, unicorn/no-process-exit -- ends the namespaces
  process.exit(code);
}
