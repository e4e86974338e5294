import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { enterPod } from '../../stack/network.ts';

/** Environment variable that tells an exec'd command whose network namespace it belongs in. */
export const podAddressVariable = 'POD_ADDRESS';

/**
 * Lays out what the client's image holds, busybox, so that a command given to `kubectl exec` finds it under its own name,
 * and runs in the network namespace of the pod that it was given for.
 * Resolves with the PATH that has these programs.
 */
export async function installClientImage(dir: string): Promise<string> {
  const applets = `${dir}/applets`;
  const entries = `${dir}/entries`;
  await Promise.all([mkdir(applets, { recursive: true }), mkdir(entries, { recursive: true })]);
  await execa('busybox', ['--install', '-s', applets]);
  const { stdout: nsenter } = await execa('which', ['nsenter']);
  const [, ...options] = enterPod(`$${podAddressVariable}`);
  const enter = `${dir}/enter`;
  await writeFile(
    enter,
    `#!/bin/sh\nPATH=${applets} exec ${nsenter} ${options.join(' ')} "${applets}/\${0##*/}" "$@"\n`,
  );
  await chmod(enter, 0o755);
  for (const applet of await readdir(applets)) await symlink(enter, `${entries}/${applet}`);
  return entries;
}
