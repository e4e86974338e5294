import { exitCodes, type ExitCode } from '../errors.ts';
import { readStatus } from '../operations/status.ts';
import { emit } from '../report/output.ts';
import { statusLines } from '../report/status.ts';
import type { CommandContext } from './context.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';

/** One screen about a route: where connections enter, where they go, and what the controllers say of it. */
export async function runStatus(
  options: TargetOptions & { output: string },
  { io }: CommandContext,
): Promise<ExitCode> {
  const session = await openSession(options, io);
  const result = await readStatus(await openTarget(options, session), session);
  emit(io, options.output, { kind: 'Status', body: result, lines: statusLines(result) });
  return exitCodes.ok;
}
