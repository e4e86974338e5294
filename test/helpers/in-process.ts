import { systemClock, type Io } from '../../src/io.ts';
import { run } from '../../src/main.ts';
import type { CliResult } from './cli.ts';

/** Runs a command as the binary does, but in this process: all of its path, without the start of node. In a pipe, with no environment but the kubeconfig. */
export async function inProcess(
  args: readonly string[],
  kubeconfig: string,
  signal = new AbortController().signal,
): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    isTTY: false,
    columns: 80,
  });
  const io: Io = {
    stdin: process.stdin,
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: { KUBECONFIG: kubeconfig },
    clock: systemClock,
    identity: 'a test',
    signal,
  };
  const exitCode = await run(args, io);
  return { exitCode, ...written };
}
