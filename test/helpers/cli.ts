import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { packageRoot } from '../../src/package.ts';

export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  kubeconfig?: string;
  input?: string;
  env?: Record<string, string>;
  /** Told what the process writes to stdout, as it comes. */
  onOutput?: (text: string) => void;
  /** Ends the process when it aborts. */
  signal?: AbortSignal;
  /** How; SIGTERM where absent. */
  killSignal?: 'SIGINT' | 'SIGTERM';
}

/** The script that npm links as `tcpshift`. */
export const binary = join(packageRoot(), 'bin', 'tcpshift.js');

/** Nothing of this process's environment but PATH and HOME. */
export function environmentOf({ kubeconfig, env = {} }: CliOptions): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, NO_COLOR: '1', ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }), ...env };
}

function processOptions(options: CliOptions): Options {
  const { signal, killSignal = 'SIGTERM' } = options;
  return {
    env: environmentOf(options),
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    ...(signal ? { cancelSignal: signal, killSignal, forceKillAfterDelay: false } : {}),
  };
}

/** Runs the built binary as a user does, in a pipe, with nothing of this process's environment but PATH and HOME. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { input, onOutput = () => {} } = options;
  const running = execa(process.execPath, [binary, ...args], {
    ...processOptions(options),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  running.stdout!.on('data', (chunk) => onOutput(String(chunk)));
  const result = await running;
  return { exitCode: result.exitCode ?? -1, stdout: String(result.stdout), stderr: String(result.stderr) };
}
