import { expect } from 'vitest';
import { inTime, launch } from '../helpers/launch.ts';
import { listen } from '../helpers/tcp-server.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';

const test = taskSandbox({});

test.for(['(?<version>(a+)+)$', String.raw`^(?:\w+\s?)*version=(?<version>\w+)$`])(
  'a reply made to keep %s busy for ever is one more that tells no version',
  async (pattern, { sandbox }) => {
    const { port } = await listen((socket) => socket.end(`${'a'.repeat(100)}!\n`));
    const way = ['--host', '127.0.0.1', '--port', String(port), '--interval', '0'];
    const { kubeconfig } = sandbox;
    const probe = launch(['probe', ...way, '--count', '3', '--version-from', pattern], { kubeconfig });
    const { exitCode, stdout } = await inTime(10_000, probe.ended);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\(unknown\) +3 +100 %$/m);
  },
);
