import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli, type CliResult } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/cluster.ts';
import { refused } from '../helpers/refused.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

const [usage, conflict] = [2, 4];

describe('where no sandbox runs', () => {
  const run = async (...args: string[]): Promise<CliResult> =>
    cli(['sandbox', ...args], { env: { XDG_STATE_HOME: await temporaryFolder() } });

  test('stop has nothing to do', async () => {
    expect(await run('stop')).toEqual({ exitCode: 0, stdout: '', stderr: 'No sandbox runs\n' });
  });

  test('status says how to start one', async () => {
    const stdout = 'No sandbox runs. Start one with: tcpshift sandbox start\n';
    expect(await run('status')).toEqual({ exitCode: 0, stdout, stderr: '' });
  });
});

describe('where a sandbox runs', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await testSandbox();
  });
  afterAll(() => sandbox.stop());

  /** A folder of state in which this process is the sandbox. */
  async function stateHome(): Promise<string> {
    const home = await temporaryFolder();
    await mkdir(join(home, 'tcpshift', 'sandbox'), { recursive: true });
    const { server, kubeconfig } = sandbox;
    const state = { pid: process.pid, server, kubeconfig, startedAt: new Date().toISOString() };
    await writeFile(join(home, 'tcpshift', 'sandbox', 'state.json'), JSON.stringify(state));
    return home;
  }

  test('start makes no second one', async () => {
    expect(await cli(['sandbox', 'start'], { env: { XDG_STATE_HOME: await stateHome() } })).toEqual({
      exitCode: 0,
      stdout: `export KUBECONFIG=${sandbox.kubeconfig}\n`,
      stderr: `The sandbox runs already, as process ${process.pid}\n`,
    });
  });

  test('run is refused', async () => {
    expect(await refused(['sandbox', 'run'], { env: { XDG_STATE_HOME: await stateHome() } })).toEqual({
      exitCode: conflict,
      error: `a sandbox runs already, as process ${process.pid}`,
      hint: 'stop it first: tcpshift sandbox stop',
    });
  });
});

describe('files that cannot be written', () => {
  const nowhere = join('/dev', 'null', 'state');

  test.each(['start', 'run'])('sandbox %s', async (command) => {
    const { exitCode, error, hint } = await refused(['sandbox', command], { env: { XDG_STATE_HOME: nowhere } });
    expect({ exitCode, hint }).toEqual({
      exitCode: usage,
      hint: 'name a folder that can be written with XDG_STATE_HOME',
    });
    expect(error).toMatch(/^cannot keep the files of the sandbox: ENOTDIR: .*\/dev\/null\/state\/tcpshift/);
  });

  test('demo', async () => {
    const { exitCode, error, hint } = await refused(['demo'], { env: { TMPDIR: nowhere } });
    expect({ exitCode, hint }).toEqual({ exitCode: usage, hint: 'name a folder that can be written with TMPDIR' });
    expect(error).toMatch(/^cannot keep the files of the sandbox: ENOTDIR: /);
  });
});

test.each(['start', 'run'])('sandbox %s does not write over a kubeconfig that is there', async (command) => {
  const home = await temporaryFolder();
  const kubeconfig = join(home, 'precious');
  await writeFile(kubeconfig, 'mine');
  const { exitCode, error, hint } = await refused(['sandbox', command, '--kubeconfig', kubeconfig], {
    env: { XDG_STATE_HOME: home },
  });
  expect(exitCode).toBe(usage);
  expect(error).toContain(`cannot write the sandbox's kubeconfig to ${kubeconfig}: it exists already`);
  expect(hint).toMatch(command === 'run' ? /^name a file that does not exist/ : /^read its log: /);
  expect(await readFile(kubeconfig, 'utf8')).toBe('mine');
});
