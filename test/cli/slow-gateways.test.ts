/** Gateways that take seconds to obey, one after another. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

let sandbox: TestSandbox;

const run = (...args: string[]) => cli(args, { kubeconfig: sandbox.kubeconfig });

beforeAll(async () => {
  sandbox = await testSandbox({ gatewayReplicas: 2, propagationDelayMs: 1000 });
  await run('setup', '--port', String(sandbox.port), '--no-client');
});

afterAll(() => sandbox.stop());

test('the last one is waited for', async () => {
  const { exitCode, stdout, stderr } = await run('weight', 'v2=20', '--wait', 'programmed', '-o', 'json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const weights = [
    { version: 'v1', weight: 80 },
    { version: 'v2', weight: 20 },
  ];
  expect(JSON.parse(stdout).proof.programmed).toMatchObject([{ weights }, { weights }]);
});

test('the one that lags is named when the time is up, and obeys in the end', async () => {
  const late = await run('weight', 'v2=50', '--wait', 'programmed', '--timeout', '1500ms');
  expect({ exitCode: late.exitCode, stdout: late.stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(late.stderr).toMatch(
    /^error: after 1\.5s these gateway pods do not have the new weights: \S+ \(v1=80 v2=20\)\nhint: tcpshift status$/m,
  );
  const { exitCode } = await run('weight', 'v2=100', '--wait', 'programmed');
  expect(exitCode).toBe(0);
});

test('connections are watched until the last one obeys', async () => {
  const { stdout } = await run('weight', 'v2=0', '-o', 'json');
  const { observed } = JSON.parse(stdout).proof;
  expect(observed.firstObeyingMs).toBeGreaterThan(800);
  expect(observed.lastDisobeyingMs).toBeGreaterThan(observed.firstObeyingMs + 500);
});
