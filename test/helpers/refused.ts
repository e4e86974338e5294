import { expect } from 'vitest';
import { cli, type CliOptions, type CliResult } from './cli.ts';

/** How the binary refused, with the two lines that it says so in. */
export interface Refused {
  exitCode: number;
  /** Without `error: `. */
  error: string;
  /** Without `hint: `; undefined where there is none. */
  hint: string | undefined;
}

function linesOf(stderr: string, label: string): string[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith(`${label}: `));
  return lines.map((line) => line.slice(label.length + 2));
}

/** The refusal in a result, with what holds for all of them: nothing on stdout, one error line, at most one hint, both well-formed. */
export function refusedBy({ exitCode, stdout, stderr }: CliResult): Refused {
  const [errors, hints] = [linesOf(stderr, 'error'), linesOf(stderr, 'hint')];
  if (errors.length !== 1) throw new Error(`exit ${exitCode} with ${errors.length} errors:\n${stderr}${stdout}`);
  expect(stdout).toBe('');
  expect(hints.length).toBeLessThanOrEqual(1);
  for (const line of [...errors, ...hints]) expect(line).toMatch(/^\S(?:.*[^.\s])?$/);
  for (const hint of hints) expect(hint).toMatch(/^[a-z]/);
  return { exitCode, error: errors[0]!, hint: hints[0] };
}

/** Runs the binary with something that it must refuse. */
export async function refused(args: readonly string[], options: CliOptions = {}): Promise<Refused> {
  return refusedBy(await cli(args, options));
}
