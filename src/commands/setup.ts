import type { DryRun } from '../core/dry-run.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import type { ManifestOptions } from '../manifests/task-manifests.ts';
import { setup } from '../operations/setup/setup.ts';
import { emit } from '../report/output.ts';
import { setupLines } from '../report/setup.ts';
import type { CommandContext } from './context.ts';
import { openSession, type GlobalOptions } from './session.ts';

export interface SetupCommandOptions extends GlobalOptions, ManifestOptions {
  namespace?: string;
  output: string;
  dryRun: DryRun;
  fieldManager: string;
  forceConflicts?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Deploys the task's workloads and routes all connections to v1. A second run mends what is missing and moves no traffic. */
export async function runSetup(options: SetupCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const { dryRun, fieldManager: manager, forceConflicts: force = false, timeout: timeoutMs } = options;
  const result = await setup(options, { dryRun, manager, force, timeoutMs }, session);
  emit(io, options.output, { kind: 'Setup', body: result, lines: setupLines(result) });
  return exitCodes.ok;
}
