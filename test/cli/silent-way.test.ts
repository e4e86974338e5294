import { describe, expect, test } from 'vitest';
import { writeKubeconfig } from '../helpers/cluster.ts';
import { inTime, launch } from '../helpers/launch.ts';
import { refusedBy } from '../helpers/refused.ts';
import { listen, type TestServer } from '../helpers/tcp-server.ts';

const server = 'https://api.test:6443';
const unreachable = `the API server at ${server} (context "test") cannot be reached`;

/** Ways to an API server on which somebody takes the connection and then says nothing, with what is to be said of it. */
const ways: [string, (port: number) => { cluster: object; found: string }][] = [
  ['an HTTP proxy', (port) => throughProxy(`http://127.0.0.1:${port}`)],
  ['an HTTPS proxy', (port) => throughProxy(`https://127.0.0.1:${port}`)],
  ['a SOCKS proxy', (port) => throughProxy(`socks5://127.0.0.1:${port}`)],
  [
    'the API server itself',
    (port) => ({
      cluster: { server: `https://127.0.0.1:${port}` },
      found: `the API server at https://127.0.0.1:${port} (context "test") cannot be reached: no answer within 1s`,
    }),
  ],
];

function throughProxy(proxy: string): { cluster: object; found: string } {
  return {
    cluster: { server, 'proxy-url': proxy },
    found: `${unreachable} through the proxy ${proxy}: no answer within 1s`,
  };
}

/** A server that says nothing, and how to know that somebody waits for it. */
async function silence(): Promise<TestServer & { asked: Promise<void> }> {
  let tell = () => {};
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const silent = await listen((socket) => socket.once('data', tell));
  return { ...silent, asked };
}

const sayIt = `require('net').connect(Number(process.argv[1]), '127.0.0.1').end('here');`;

/** Commands that sign nobody in, and tell the port in their first argument that they run. */
const plugins: [string, string][] = [
  ['does not end', `${sayIt} setInterval(() => {}, 1000)`],
  ['does not heed SIGTERM', `process.on('SIGTERM', () => {}); ${sayIt} setTimeout(() => {}, 20_000)`],
  [
    'leaves a child with its output behind',
    `const { spawn } = require('child_process');
     const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)'], { stdio: 'inherit', detached: true });
     child.unref(); ${sayIt} setTimeout(() => process.exit(), 100)`,
  ],
];

test.each(plugins)('a plugin that %s keeps nobody who sends a signal', async (_, script) => {
  const { port, asked } = await silence();
  const user = { exec: { command: process.execPath, args: ['-e', script, String(port)] } };
  const kubeconfig = await writeKubeconfig({ cluster: { server }, user });
  const run = launch(['status'], { kubeconfig });
  await asked;
  run.send('SIGTERM');
  expect(refusedBy(await inTime(10_000, run.ended))).toMatchObject({ exitCode: 143, error: 'terminated' });
});

describe.each(ways)('%s that says nothing', (_, way) => {
  test('is named after --request-timeout, and the process ends', async () => {
    const { port, asked } = await silence();
    const { cluster, found } = way(port);
    const run = launch(['status', '--request-timeout', '1s'], { kubeconfig: await writeKubeconfig({ cluster }) });
    await asked;
    expect(refusedBy(await inTime(10_000, run.ended))).toMatchObject({ exitCode: 5, error: found });
  });

  test.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('keeps nobody who sends %s', async (signal, exitCode, error) => {
    const { port, asked } = await silence();
    const run = launch(['status'], { kubeconfig: await writeKubeconfig({ cluster: way(port).cluster }) });
    await asked;
    run.send(signal);
    expect(refusedBy(await inTime(10_000, run.ended))).toMatchObject({ exitCode, error });
  });
});
