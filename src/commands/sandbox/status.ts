import { exitCodes, type ExitCode } from '../../errors.ts';
import { emit } from '../../report/output.ts';
import type { CommandContext } from '../context.ts';
import type { GlobalOptions } from '../session.ts';
import { exportLine, findSandbox, sandboxPaths } from './state.ts';

/** Says whether a sandbox runs, and how to reach it. */
export async function runSandboxStatus(
  options: GlobalOptions & { output: string },
  { io }: CommandContext,
): Promise<ExitCode> {
  const state = await findSandbox(sandboxPaths(io.env), io);
  const body = { running: state !== undefined, ...state };
  const lines = state
    ? [`The sandbox runs as process ${state.pid}, on ${state.server}`, exportLine(state)]
    : ['No sandbox runs. Start one with: tcpshift sandbox start'];
  emit(io, options.output, { kind: 'SandboxStatus', body, lines });
  return exitCodes.ok;
}
