import type { DryRun } from '../core/dry-run.ts';
import { defined } from '../core/defined.ts';
import { parseAssignments, readWeightArguments } from '../core/weights/assignments.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import { shift } from '../operations/shift/shift.ts';
import type { Wait } from '../operations/shift/prove.ts';
import { emit } from '../report/output.ts';
import { weightLines } from '../report/weight.ts';
import type { CommandContext } from './context.ts';
import { probeSpecOf, type ExchangeOptions } from './probing.ts';
import { openSession, openTarget, type GlobalOptions } from './session.ts';

export interface WeightCommandOptions extends GlobalOptions, ExchangeOptions {
  args: string[];
  allTo?: string;
  listenerPort?: number;
  wait?: Wait;
  output: 'text' | 'json' | 'yaml';
  dryRun: DryRun;
  fieldManager: string;
  forceConflicts?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Moves shares of new connections between the versions of a route. */
export async function runWeight(options: WeightCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const { route, words } = readWeightArguments(options.args);
  const assignments = parseAssignments(words, options.allTo);
  const { wait, dryRun, fieldManager: manager, forceConflicts: force = false, timeout: timeoutMs } = options;
  const session = await openSession(options, io);
  const target = await openTarget({ ...options, ...defined({ route }) }, session);
  const how = { wait, timeoutMs, manager, force, dryRun, probe: probeSpecOf(options) };
  const result = await shift(target, assignments, how, session);
  emit(io, options.output, { kind: 'WeightChange', body: result, lines: weightLines(result) });
  return exitCodes.ok;
}
