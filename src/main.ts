import { hostname } from 'node:os';
import { exitCodes, ShiftError, type ExitCode } from './errors.ts';
import { systemClock, type Io } from './io.ts';
import { packageVersion } from './package.ts';
import { settleScreen } from './report/terminal/screen.ts';
import { heedSignals } from './signals.ts';
import { outputClosed, outputOf } from './streams.ts';

/**
 * Runs tcpshift on `argv` (without node and script) and returns the exit code. The one place where errors are caught:
 * everything that fails is one `error:` line and, where there is a next step, one `hint:` line on stderr.
 */
export async function run(argv: readonly string[], io: Io, usageName = 'tcpshift'): Promise<ExitCode> {
  try {
    const outcome = await outcomeOf(argv, io, usageName);
    await io.stdout.flushed?.();
    return outcome;
  } catch (error) {
    if (io.signal.aborted && io.signal.reason === outputClosed) return exitCodes.ok;
    const { errorLines } = await import('./report/errors.ts');
    const verbose = argv.includes('-v') || argv.includes('--verbose');
    for (const line of errorLines(error, { stderr: io.stderr, env: io.env, verbose })) io.stderr.write(`${line}\n`);
    return error instanceof ShiftError ? error.exitCode : exitCodes.bug;
  }
}

async function outcomeOf(argv: readonly string[], io: Io, usageName: string): Promise<ExitCode> {
  if (argv.length === 1 && /^(-V|--version)$/.test(argv[0]!)) return printVersion(io);
  let outcome: ExitCode = exitCodes.ok;
  try {
    const { buildProgram } = await import('./cli/program.ts');
    const program = buildProgram({ io, usageName, run, finish: (code) => (outcome = code) });
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const { isHelp } = await import('./cli/usage.ts');
    if (!isHelp(error)) throw error;
  } finally {
    settleScreen(io.stderr);
  }
  return outcome;
}

/** Scripts ask for the version alone, often: it needs no command tree. */
function printVersion(io: Io): ExitCode {
  io.stdout.write(`${packageVersion()}\n`);
  return exitCodes.ok;
}

/** Runs tcpshift on this process's arguments, streams and signals, and sets its exit code; `usageName` starts the usage text. */
export async function runProcess(usageName: string): Promise<void> {
  const abort = new AbortController();
  const done = heedSignals(abort);
  const io: Io = {
    stdin: process.stdin,
    stdout: outputOf(process.stdout, (reason) => abort.abort(reason)),
    // Nobody could be told.
    stderr: outputOf(process.stderr, () => {}),
    env: process.env,
    clock: systemClock,
    identity: `${process.env['USER'] ?? process.env['USERNAME'] ?? 'somebody'}@${hostname()}, process ${process.pid}`,
    signal: abort.signal,
  };
  process.exitCode = await run(process.argv.slice(2), io, usageName);
  done();
}
