import type { ExitCode } from '../errors.ts';
import type { Io } from '../io.ts';

/** What every command is handed beside its options. */
export interface CommandContext {
  io: Io;
  /** Runs tcpshift again in this process, for commands that are made of other commands. */
  run: (argv: readonly string[], io: Io) => Promise<ExitCode>;
}
