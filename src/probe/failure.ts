import { firstLine } from '../core/text.ts';
import type { Outcome } from '../core/sample.ts';
import { ShiftError } from '../errors.ts';

/** Codes that mean the same whenever they come. */
const outcomeOfCode: Readonly<Record<string, Outcome>> = {
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ECONNREFUSED: 'refused',
};

/** Codes of this machine running out of something, or being asked for an address it does not have. */
const localHints: Readonly<Record<string, string>> = {
  EMFILE: 'lower --concurrency, or raise the limit: ulimit -n 4096',
  ENFILE: 'lower --concurrency',
  EADDRNOTAVAIL: 'raise --interval, so that local ports become free again, or name a source address of this machine',
};

/**
 * What a failed connection counts as.
 * @param otherwise the outcome of codes that have no fixed one
 * @throws {ShiftError} where the failure is this machine's own, and the error itself where it is no failure of a connection
 */
export function outcomeOfError(error: unknown, otherwise: Outcome): Outcome {
  if (!(error instanceof Error) || error instanceof ShiftError || isMistake(error)) throw error;
  const code = codeOf(error) ?? '';
  const hint = localHints[code];
  if (hint !== undefined) {
    throw new ShiftError('usage', `this machine cannot open another connection: ${messageOf(error)}`, {
      hint,
      cause: error,
    });
  }
  return outcomeOfCode[code] ?? otherwise;
}

/** The system's own words, on one line; the code where it has none. */
export function messageOf(error: unknown): string {
  const words = error instanceof Error ? firstLine(error.message) : '';
  // OpenSSL writes `…:SSL routines:<function>:<reason>:<file>:<line>:`.
  const ofTls = / routines:[^:]*:([^:]+)/.exec(words)?.[1];
  const message = ofTls === undefined ? words : `TLS failed: ${ofTls}`;
  return message === '' ? (codeOf(error) ?? 'unknown error') : message;
}

/** Node's answer to arguments that no connection could have. */
function isMistake(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
