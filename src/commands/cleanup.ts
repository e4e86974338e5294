import type { DryRun } from '../core/dry-run.ts';
import { taskNamespace } from '../core/route/task.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import { cleanup } from '../operations/cleanup/cleanup.ts';
import { cleanupLines } from '../report/cleanup.ts';
import { emit } from '../report/output.ts';
import type { CommandContext } from './context.ts';
import { openSession, type GlobalOptions } from './session.ts';

export interface CleanupCommandOptions extends GlobalOptions {
  output: string;
  dryRun: DryRun;
  /** Milliseconds. */
  timeout: number;
}

/** Removes what setup made, and nothing else. */
export async function runCleanup(options: CleanupCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const { namespace = taskNamespace, dryRun, timeout: timeoutMs } = options;
  const session = await openSession(options, io);
  const result = await cleanup(namespace, { dryRun, timeoutMs }, session);
  emit(io, options.output, { kind: 'Cleanup', body: result, lines: cleanupLines(result) });
  return exitCodes.ok;
}
