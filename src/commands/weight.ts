import type { DryRun } from '../core/dry-run.ts';
import { defined } from '../core/defined.ts';
import { UnprovedShift, type ShiftResult } from '../core/route/shift-result.ts';
import { parseAssignments, readWeightArguments } from '../core/weights/assignments.ts';
import { exitCodes, type ExitCode } from '../errors.ts';
import type { Wait } from '../operations/shift/proof.ts';
import { shift } from '../operations/shift/shift.ts';
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
  normalize?: boolean;
  allowUnready?: boolean;
  maxOpen?: number;
  /** Milliseconds. */
  timeout: number;
}

/** Moves shares of new connections between the versions of a route; tells what it wrote and proved also where something goes wrong after that. */
export async function runWeight(options: WeightCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const { route, words } = readWeightArguments(options.args);
  const assignments = parseAssignments(words, options.allTo);
  const { wait, dryRun, maxOpen, timeout: timeoutMs, fieldManager: manager } = options;
  const { forceConflicts: force = false, normalize = false, allowUnready = false } = options;
  const session = await openSession(options, io);
  const target = await openTarget({ ...options, ...defined({ route }) }, session);
  const probe = probeSpecOf(options);
  const how = { wait, timeoutMs, manager, force, normalize, allowUnready, maxOpen, dryRun, probe };
  const tell = (result: ShiftResult): void =>
    emit(io, options.output, { kind: 'WeightChange', body: result, lines: weightLines(result) });
  try {
    tell(await shift(target, assignments, how, session));
  } catch (error) {
    if (error instanceof UnprovedShift) tell(error.result);
    throw error;
  }
  return exitCodes.ok;
}
