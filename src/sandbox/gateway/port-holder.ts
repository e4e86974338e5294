import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

const listening = '0A';

/** `program (pid 123)` of the process that listens on a TCP port, where /proc tells it: on Linux, and for processes of the same user. */
export async function describePortHolder(port: number): Promise<string | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readTable));
  const inodes = new Set(tables.flatMap((table) => listenersOn(table, port)));
  if (inodes.size === 0) return undefined;
  const pids = await readdir('/proc').catch(() => []);
  for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
    if (await holdsSocket(pid, inodes)) return `${await programName(pid)} (pid ${pid})`;
  }
  return undefined;
}

function readTable(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** The inodes of the sockets that listen on the port; columns as proc(5) has them. @internal */
export function listenersOn(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === listening)
    .flatMap((columns) => columns[9] ?? []);
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  // Other users' processes may not be looked into, and any process may be gone by now.
  const descriptors = await readdir(folder).catch(() => []);
  const links = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ''));
}

/** Of the file that runs: a process may call itself anything, as node's main thread does since version 24. */
async function programName(pid: string): Promise<string> {
  return basename(await readlink(`/proc/${pid}/exe`).catch(() => 'a process'));
}
