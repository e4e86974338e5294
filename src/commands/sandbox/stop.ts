import { exitCodes, type ExitCode } from '../../errors.ts';
import type { CommandContext } from '../context.ts';
import { openProgress, type GlobalOptions } from '../session.ts';
import { terminate } from './background.ts';
import { findSandbox, sandboxPaths } from './state.ts';

/** Ends the sandbox that runs in the background. */
export async function runSandboxStop(options: GlobalOptions, { io }: CommandContext): Promise<ExitCode> {
  const progress = openProgress(options, io);
  const state = await findSandbox(sandboxPaths(io.env), io);
  if (!state) {
    progress.note('No sandbox runs');
    return exitCodes.ok;
  }
  const step = progress.step(`Stopping the sandbox, process ${state.pid}`);
  await terminate(state, io);
  step.done('The sandbox is gone');
  return exitCodes.ok;
}
