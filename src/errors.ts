/** The exit codes of tcpshift, by name; docs/exit-codes.md is their page. */
export const exitCodes = {
  ok: 0,
  fail: 1,
  usage: 2,
  inconclusive: 3,
  conflict: 4,
  cluster: 5,
  unreachable: 6,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName];

/** Each kind of error, with the exit code that it ends the process with. */
const exitOf = {
  /** Connections do not come out as they are to: they fail where they did not before, or show another split. */
  failing: 'fail',
  usage: 'usage',
  config: 'usage',
  template: 'usage',
  timeout: 'inconclusive',
  conflict: 'conflict',
  /** A write that was decided on a state of the object that is no longer its last. */
  stale: 'conflict',
  locked: 'conflict',
  cluster: 'cluster',
  unauthorized: 'cluster',
  forbidden: 'cluster',
  notFound: 'cluster',
  rejected: 'cluster',
  /** What was to be printed cannot be written. */
  output: 'cluster',
  unreachable: 'unreachable',
  interrupted: 'interrupted',
  terminated: 'terminated',
} as const satisfies Record<string, ExitName>;

export type ErrorKind = keyof typeof exitOf;

/**
 * The one shape of every expected error.
 * `message` is one line that names what was asked and what was found; `hint` is one imperative, the next command where there is one.
 */
export class ShiftError extends Error {
  readonly kind: ErrorKind;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ShiftError';
    this.kind = kind;
    this.exitCode = exitCodes[exitOf[kind]];
    this.hint = options.hint;
  }
}
