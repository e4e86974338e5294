/** Gateways whose proxies do not take what they are given: annotations on their pods make the sandbox's so. */
import { expect } from 'vitest';
import type { PodAddress } from '../../src/core/pods.ts';
import type { ProxyBehaviour } from '../../src/sandbox/gateway/behaviour.ts';
import { documentOf } from '../helpers/documents.ts';
import { makeProxy } from '../helpers/gateway-proxy.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';
import type { WatchedSandbox } from '../helpers/watched-sandbox.ts';

const test = taskSandbox({ v2: 20 }, { gatewayReplicas: 2 });

/** Runs with the first gateway's proxy behaving so, and then obeying again. */
async function withFirst(
  behaviour: ProxyBehaviour,
  sandbox: WatchedSandbox,
  work: (first: PodAddress) => Promise<void>,
): Promise<void> {
  const { proxies } = documentOf('Status', await sandbox.run('status -o json'));
  await makeProxy(sandbox.other, proxies[0], behaviour);
  try {
    await work(proxies[0]);
  } finally {
    await makeProxy(sandbox.other, proxies[0], 'obey');
  }
}

test.for([
  ['refuse', 30, 5, 'refused the new weights: '],
  ['detached', 40, 3, 'has v1=70 v2=30'],
] as const)(
  'one whose proxy is in the state "%s" keeps its weights, and is named',
  async ([behaviour, wanted, exitCode, state], { sandbox }) => {
    await withFirst(behaviour, sandbox, async ({ pod }) => {
      const late = await sandbox.run(`weight v2=${wanted} --wait programmed --timeout 4s`);
      expect(late.exitCode).toBe(exitCode);
      expect(late.stderr).toContain(`${pod} ${state}`);
    });
    await sandbox.done(`weight v2=${wanted} --wait programmed`);
    const { proxies } = documentOf('Status', await sandbox.run('status -o json'));
    expect(proxies).toMatchObject([{ inForce: true }, { inForce: true }]);
  },
);

test('one whose process is stopped is said not to answer, and the connections of the other are counted', async ({
  sandbox,
}) => {
  await withFirst('paused', sandbox, async ({ pod }) => {
    const { stdout, exitCode } = await sandbox.run('status');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(String.raw`^${pod} +no answer in 5s +unknown$`, 'm'));
    expect(stdout).toMatch(new RegExp(String.raw`^Open connections: \d+ without those of ${pod}; `, 'm'));
  });
  const { proxies } = documentOf('Status', await sandbox.run('status -o json'));
  expect(proxies).toMatchObject([{ inForce: true }, { inForce: true }]);
});
