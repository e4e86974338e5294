/** Gateways that take seconds to obey, one after another. */
import { expect } from 'vitest';
import { taskSandbox } from '../helpers/task-sandbox.ts';

const test = taskSandbox({}, { gatewayReplicas: 2, propagationDelayMs: 1000 });

test('the last one is waited for', async ({ sandbox }) => {
  const { exitCode, stdout, stderr } = await sandbox.run('weight v2=20 --wait programmed -o json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const weights = [
    { version: 'v1', weight: 80 },
    { version: 'v2', weight: 20 },
  ];
  expect(JSON.parse(stdout).proof.programmed).toMatchObject([{ weights }, { weights }]);
});

test('the one that lags is named when the time is up, and obeys in the end', async ({ sandbox }) => {
  const late = await sandbox.run('weight v2=50 --wait programmed --timeout 1500ms');
  expect(late.exitCode).toBe(3);
  expect(late.stdout).toMatch(/^tcproute\/tcp-echo shifted$/m);
  expect(late.stderr).toMatch(
    /^error: v1=50 v2=50 is written, but not proved: after 1\.5s not every gateway pod has the new weights: \S+ has v1=80 v2=20\nhint: tcpshift status$/m,
  );
  const { exitCode } = await sandbox.run('weight v2=100 --wait programmed');
  expect(exitCode).toBe(0);
});

test('connections are watched until the last one obeys', async ({ sandbox }) => {
  const { stdout } = await sandbox.run('weight v2=0 -o json');
  const { observed } = JSON.parse(stdout).proof;
  expect(observed.firstObeyingMs).toBeGreaterThan(800);
  expect(observed.lastDisobeyingMs).toBeGreaterThan(observed.firstObeyingMs + 500);
});
