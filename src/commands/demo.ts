import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { exitCodes, type ExitCode } from '../errors.ts';
import type { Io } from '../io.ts';
import type { CommandContext } from './context.ts';
import { createStyle } from '../report/terminal/style.ts';
import { keeping } from './sandbox/state.ts';
import { behaviourOf, type SandboxCommandOptions } from './sandbox/options.ts';

interface Chapter {
  title: string;
  command: readonly string[];
}

export interface DemoCommandOptions extends Omit<SandboxCommandOptions, 'ingressPort'> {
  port?: number;
}

/** The port of the page's listener. */
const usualPort = 31400;

/** The page's task, told with the commands that do it. */
function story(api: string, port: number): Chapter[] {
  const wanted = api === 'auto' ? [] : ['--api', api];
  const probe = ['probe', '--count', '20', '--interval', '20ms'];
  return [
    {
      title: 'Deploy tcp-echo v1 and v2 and a client, and route all connections to v1',
      command: ['setup', ...wanted, '--port', `${port}`],
    },
    { title: 'Send some TCP traffic: every reply comes from v1', command: probe },
    { title: 'Move 20 % of new connections to v2', command: ['weight', 'v2=20'] },
    { title: 'Send some more: about one reply in five comes from v2', command: probe },
    { title: 'Do not look at twenty lines: measure the split', command: ['verify'] },
    { title: 'Remove everything', command: ['cleanup'] },
  ];
}

/** Runs the whole task on a sandbox of its own, by the commands that a user would type, over a kubeconfig. */
export async function runDemo(options: DemoCommandOptions, { io, run }: CommandContext): Promise<ExitCode> {
  const port = options.port ?? (await getPort({ host: '127.0.0.1', port: usualPort }));
  const folder = await keeping(() => mkdtemp(join(tmpdir(), 'tcpshift-demo-')), 'TMPDIR');
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const kubeconfig = join(folder, 'kubeconfig');
  const sandbox = await startSandbox(behaviourOf({ ...options, ingressPort: port }, kubeconfig));
  try {
    return await tell(story(options.api, port), { io, run, kubeconfig });
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(
  chapters: readonly Chapter[],
  by: { io: Io; run: CommandContext['run']; kubeconfig: string },
): Promise<ExitCode> {
  const { io, run, kubeconfig } = by;
  const style = createStyle(io.stdout, io.env);
  const env = { ...io.env, KUBECONFIG: kubeconfig };
  for (const [index, { title, command }] of chapters.entries()) {
    io.stdout.write(
      `${index === 0 ? '' : '\n'}${style.bold(`${index + 1}. ${title}`)}\n${style.dim(`$ tcpshift ${command.join(' ')}`)}\n`,
    );
    const code = await run(command, { ...io, env });
    if (code !== exitCodes.ok) return code;
  }
  return exitCodes.ok;
}
