import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { exitCodes, ShiftError, type ExitCode } from '../../errors.ts';
import type { CommandContext } from '../context.ts';
import { behaviourOf, type SandboxCommandOptions } from './options.ts';
import { announce, exportLine, findSandbox, forget, keeping, sandboxPaths } from './state.ts';

/** Runs the sandbox in this process until a signal. */
export async function runSandbox(options: SandboxCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const paths = sandboxPaths(io.env);
  const running = await findSandbox(paths, io);
  if (running) {
    throw new ShiftError('locked', `a sandbox runs already, as process ${running.pid}`, {
      hint: 'stop it first: tcpshift sandbox stop',
    });
  }
  refuseOverwriting(options);
  const { startSandbox } = await import('../../sandbox/sandbox.ts');
  const sandbox = await keeping(() => startSandbox(behaviourOf(options, options.kubeconfig ?? paths.kubeconfig)));
  const { server, kubeconfig } = sandbox;
  const state = { pid: process.pid, server, kubeconfig, startedAt: new Date(io.clock.now()).toISOString() };
  await keeping(() => announce(state, paths));
  io.stdout.write(`${exportLine(state)}\n`);
  if (!io.signal.aborted) await once(io.signal, 'abort');
  forget(paths);
  await sandbox.stop();
  return exitCodes.ok;
}

/** The sandbox writes the file that --kubeconfig names here, and removes it at its end. @throws ShiftError config */
function refuseOverwriting({ kubeconfig }: SandboxCommandOptions): void {
  if (kubeconfig === undefined || !existsSync(kubeconfig)) return;
  throw new ShiftError('config', `cannot write the sandbox's kubeconfig to ${kubeconfig}: it exists already`, {
    hint: 'name a file that does not exist, or leave out --kubeconfig',
  });
}
