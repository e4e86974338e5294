import { ShiftError } from '../errors.ts';
import type { Io, Output } from '../io.ts';
import { printable } from './terminal/printable.ts';
import { createStyle } from './terminal/style.ts';

export interface ErrorAudience {
  stderr: Pick<Output, 'isTTY'>;
  env: Io['env'];
  /** Show what caused the error as well. */
  verbose: boolean;
}

/** What to tell the user of an error: one `error:` line, a `hint:` line where there is a next step; for a bug its stack. */
export function errorLines(error: unknown, { stderr, env, verbose }: ErrorAudience): string[] {
  const style = createStyle(stderr, env);
  const [label, hintLabel] = [style.red('error:'), style.cyan('hint:')];
  if (!(error instanceof ShiftError)) {
    return [
      `${label} bug in tcpshift: ${lineOf(error)}`,
      ...stackLines(error).map((line) => style.dim(line)),
      ...causes(error).map((cause) => `caused by: ${cause}`),
      `${hintLabel} report it with all of the above and \`node --version\`; \`npm bugs tcpshift\` opens the page for it`,
    ];
  }
  return [
    `${label} ${lineOf(error)}`,
    ...(verbose ? causes(error).map((cause) => style.dim(`caused by: ${cause}`)) : []),
    ...(error.hint === undefined ? [] : [`${hintLabel} ${printable(error.hint)}`]),
  ];
}

/** The causes below an error, nearest first; a chain that bites its tail ends there. */
function causes(error: unknown): string[] {
  const seen = new Set<unknown>([error]);
  const lines: string[] = [];
  let cause = causeOf(error);
  while (cause !== undefined && !seen.has(cause)) {
    seen.add(cause);
    lines.push(lineOf(cause));
    cause = causeOf(cause);
  }
  return lines;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** An error's name and message; spaces inside stay, because they may be those of a value that the message quotes. */
function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const name = error instanceof ShiftError || error.name === 'Error' ? '' : `${error.name}: `;
  const lines = error.message.split('\n').map((line) => line.trim());
  return printable(`${name}${lines.filter((line) => line !== '').join(' ')}`);
}

function stackLines(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}
