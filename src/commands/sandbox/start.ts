import { exitCodes, type ExitCode } from '../../errors.ts';
import type { CommandContext } from '../context.ts';
import { openProgress } from '../session.ts';
import { launch } from './background.ts';
import { runArguments, type SandboxCommandOptions } from './options.ts';
import { exportLine, findSandbox, sandboxPaths } from './state.ts';

/** Starts the sandbox in the background; stdout carries only the line for the shell. */
export async function runSandboxStart(options: SandboxCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const paths = sandboxPaths(io.env);
  const progress = openProgress(options, io);
  let state = await findSandbox(paths, io);
  if (state) {
    progress.note(`The sandbox runs already, as process ${state.pid}`);
  } else {
    const step = progress.step('Starting the sandbox');
    state = await launch(runArguments(options), paths, io);
    step.done(`The sandbox runs as process ${state.pid}, on ${state.server}`);
  }
  io.stdout.write(`${exportLine(state)}\n`);
  return exitCodes.ok;
}
