/** What `weight` says of a change, for each way in which a change can end: the rows of docs/proofs.md that need no real proxy. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import type { FaultRequest } from '../../src/sandbox/api/faults.ts';
import type { PodAddress } from '../../src/core/pods.ts';
import type { ProxyBehaviour } from '../../src/sandbox/gateway/behaviour.ts';
import { makeProxy } from '../helpers/gateway-proxy.ts';
import { taskRoute, withWeights } from '../helpers/foreign-weights.ts';
import { namespace } from '../helpers/routes.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';
import type { WatchedSandbox } from '../helpers/watched-sandbox.ts';

const test = taskSandbox({ v1: 80, v2: 20 }, { gatewayReplicas: 2, propagationDelayMs: 300 });

async function weights({ other }: WatchedSandbox): Promise<number[]> {
  const { spec } = (await other.get(taskRoute))!;
  return spec.rules[0].backendRefs.map(({ weight }: { weight: number }) => weight);
}

/** Brings the route back to 80/20 in every gateway, whatever happened to it. */
async function back(sandbox: WatchedSandbox): Promise<void> {
  await sandbox.done('weight v2=20 --wait programmed --force-conflicts --allow-unready');
}

const isWrite = ({ method, path }: FaultRequest): boolean => method === 'PATCH' && path.includes('/tcproutes/');

/** Does something once, at the first request after the write. */
function afterWrite(act: () => void): (request: FaultRequest) => undefined {
  let state: 'before' | 'written' | 'done' = 'before';
  return (request) => {
    if (state === 'written') {
      state = 'done';
      act();
    }
    if (isWrite(request)) state = 'written';
    return undefined;
  };
}

test('proved: the strongest proof is named, and the connections that it stands on', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  const { exitCode, stdout } = await sandbox.run('weight v2=50 -o json');
  expect(exitCode).toBe(0);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ changed: true, proof: { level: 'observed', observed: { evidence: 'change' } } });
  expect(result.problem).toBeUndefined();
  const { before, since } = result.watched;
  expect(before.connections).toBeGreaterThan(0);
  expect(since).toEqual([{ via: `127.0.0.1:${sandbox.port}`, connections: expect.any(Number), failed: 0 }]);
});

test('the same shares in other numbers are no change, until they are insisted on', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  await withWeights(sandbox.other, [8, 2]);
  const same = await sandbox.run('weight v2=20 --force-conflicts');
  expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^tcproute\/tcp-echo unchanged$/m) });
  expect(same.stdout).toMatch(/^programmed: /m);
  expect(same.stderr).not.toMatch(/Infinity|Warning/);
  expect(await weights(sandbox)).toEqual([8, 2]);

  const insisted = await sandbox.run('weight v2=20 --normalize --force-conflicts');
  expect(insisted).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^tcproute\/tcp-echo shifted$/m) });
  expect(insisted.stdout).not.toMatch(/observed|not proved/);
  expect(insisted.stderr).toMatch(/^tcproute\/tcp-echo has v1=80 v2=20 now$/m);
  expect(await weights(sandbox)).toEqual([80, 20]);
});

const isForward = ({ path }: FaultRequest): boolean => path.includes('/portforward');

test('partly proved: what is not to be had is said and passed over', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  const { exitCode, stdout } = await sandbox.meeting(
    (request) => (isForward(request) ? { do: 'deny' } : undefined),
    () => sandbox.run('weight v2=50 -o json'),
  );
  expect(exitCode).toBe(0);
  const { proof, openConnections } = JSON.parse(stdout);
  expect(proof).toMatchObject({ level: 'observed', notProved: [expect.stringMatching(/pods\/portforward/)] });
  expect(openConnections).toMatchObject({ open: null, problem: expect.stringMatching(/pods\/portforward/) });
});

test('not proved: the proof that was asked for is not to be had', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  const { exitCode, stdout, stderr } = await sandbox.meeting(
    (request) => (isForward(request) ? { do: 'deny' } : undefined),
    () => sandbox.run('weight v2=50 --wait programmed -o json'),
  );
  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/^error: v1=50 v2=50 is written, but not proved: cannot forward /m);
  expect(JSON.parse(stdout)).toMatchObject({ changed: true, proof: { level: 'accepted' }, problem: { exitCode: 5 } });
});

test('refused by the API: nothing is written', async ({ sandbox }) => {
  const result = await sandbox.meeting(
    (request) => (isWrite(request) ? { do: 'deny' } : undefined),
    () => sandbox.run('weight v2=50'),
  );
  expect(result).toMatchObject({ exitCode: 5, stdout: '' });
  expect(await weights(sandbox)).toEqual([80, 20]);
});

test('unchanged is not unproved: a proof that is asked for is waited for', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  await sandbox.done('weight v2=60 --wait none');
  const inTime = await sandbox.run('weight v2=60 --wait programmed -o json');
  expect(inTime.exitCode).toBe(0);
  const { changed, proof } = JSON.parse(inTime.stdout);
  expect({ changed, level: proof.level, pods: proof.programmed.length }).toEqual({
    changed: false,
    level: 'programmed',
    pods: 2,
  });
});

test('a standing split is observed by a verdict, for no old one is known', async ({ sandbox }) => {
  const { exitCode, stdout } = await sandbox.run('weight v2=20 --wait observed -o json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ changed: false, proof: { observed: { evidence: 'verdict' } } });
});

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s after the write tells what was written', async ([killSignal, exitCode], { sandbox }) => {
  onTestFinished(() => back(sandbox));
  const kill = new AbortController();
  const ended = await sandbox.meeting(
    afterWrite(() => kill.abort()),
    () => sandbox.run('weight v2=50 -o json', { signal: kill.signal, killSignal }),
  );
  expect(ended.exitCode).toBe(exitCode);
  expect(await weights(sandbox)).toEqual([50, 50]);
  const { changed, problem, versions } = JSON.parse(ended.stdout);
  expect({ changed, kind: problem.kind, code: problem.exitCode }).toMatchObject({ changed: true, code: exitCode });
  expect(versions.map(({ after }: { after: { weight: number } }) => after.weight)).toEqual([50, 50]);
  expect(ended.stderr).toMatch(/^error: v1=50 v2=50 is written, but not proved: /m);
});

test('a read that fails after the write tells what was written', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  let isWritten = false;
  const result = await sandbox.meeting(
    (request) => {
      if (isWrite(request)) isWritten = true;
      return isWritten && request.method === 'GET' ? { do: 'deny' } : undefined;
    },
    () => sandbox.run('weight v2=50'),
  );
  expect(result.exitCode).toBe(5);
  expect(result.stdout).toMatch(/^tcproute\/tcp-echo shifted$/m);
  expect(result.stderr).toMatch(/^error: v1=50 v2=50 is written, but not proved: cannot /m);
});

test('a write whose answer fails is looked up', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  const stored = await sandbox.meeting(
    (request) => (isWrite(request) ? { do: 'answer', code: 504, when: 'after' } : undefined),
    () => sandbox.run('weight v2=50 --wait programmed'),
  );
  expect(stored).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^tcproute\/tcp-echo shifted$/m) });

  const refused = await sandbox.meeting(
    (request) => (isWrite(request) ? { do: 'answer', code: 504 } : undefined),
    () => sandbox.run('weight v2=30'),
  );
  expect(refused).toMatchObject({ exitCode: 5, stdout: '' });
  expect(refused.stderr).toMatch(/^error: cannot apply TCPRoute .*; the route had v1=50 v2=50 right after it$/m);
  expect(refused.stderr).toMatch(/^hint: look at the state of the cluster: /m);
});

test('overwritten: the new split, its writer and the time are named at once', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  const result = await sandbox.meeting(
    afterWrite(() => void withWeights(sandbox.other, [1, 1])),
    () => sandbox.run('weight v2=60 -o json --timeout 30s'),
  );
  expect(result.exitCode).toBe(4);
  expect(result.stderr).toMatch(
    /^error: v1=40 v2=60 was written; the weights of TCPRoute tcp-echo were changed meanwhile by somebody at \S+Z: v1=1 v2=1$/m,
  );
  expect(JSON.parse(result.stdout).overwritten).toMatchObject({
    manager: 'somebody',
    weights: [
      { version: 'v1', weight: 1 },
      { version: 'v2', weight: 1 },
    ],
  });
});

/** Runs so many pods of v2; resolves when as many endpoints are ready. */
async function scale({ other }: WatchedSandbox, replicas: number): Promise<void> {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'tcp-echo-v2', namespace } };
  await other.apply({ ...deployment, spec: { replicas } } as KubeObject, { force: true });
  const ready = (slices: KubeObject[]): number =>
    slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready).length;
  const sliceKind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
  const labelSelector = 'kubernetes.io/service-name=tcp-echo-v2';
  await expect
    .poll(async () => ready(await other.list(sliceKind, { namespace, labelSelector })), { timeout: 10_000 })
    .toBe(replicas);
}

test('endpoints that come a moment after their pods are waited for', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  await scale(sandbox, 0);
  let scaling: Promise<void> | undefined;
  const shifted = await sandbox.meeting(
    ({ path }) => {
      if (path.includes('/endpointslices')) scaling ??= scale(sandbox, 1);
      return undefined;
    },
    () => sandbox.run('weight v2=50 --wait none'),
  );
  await scaling;
  expect(shifted).toMatchObject({ exitCode: 0, stderr: '' });
});

test('weight to nothing is refused before anything is written, and fails where it is insisted on', async ({
  sandbox,
}) => {
  onTestFinished(async () => {
    await scale(sandbox, 1);
    await back(sandbox);
  });
  await scale(sandbox, 0);
  const { exitCode, error, hint } = await sandbox.refused('weight v2=100');
  expect(exitCode).toBe(5);
  expect(error).toBe(
    `v2 is to get more connections, and nothing takes them: Service tcp-echo-v2 in namespace ${namespace} has no ready endpoint`,
  );
  expect(hint).toMatch(/kubectl get endpointslices .* --allow-unready$/);
  expect((await sandbox.refused('weight v2=100 --dry-run server')).exitCode).toBe(5);

  const insisted = await sandbox.run('weight v2=100 --allow-unready -o json');
  expect(insisted.exitCode).toBe(1);
  const { problem, watched } = JSON.parse(insisted.stdout);
  expect(problem).toMatchObject({ kind: 'failing', hint: 'go back: tcpshift weight v2=20' });
  expect(watched.since[0].failed).toBeGreaterThan(0);
});

test('open connections are told of before they are closed, and can be kept', async ({ sandbox }) => {
  onTestFinished(() => back(sandbox));
  const held = connect(sandbox.port, '127.0.0.1');
  onTestFinished(() => void held.destroy());
  await once(held, 'connect');
  held.write('hello\n');
  await once(held, 'data');

  const { exitCode, error, hint } = await sandbox.refused('weight v2=50 --max-open 0');
  expect({ exitCode, error }).toEqual({
    exitCode: 5,
    error: '1 open connection would be closed 1s after the change, and --max-open allows 0',
  });
  expect(hint).toMatch(/--max-open$/);

  const shifted = await sandbox.run('weight v2=50 --max-open 1 --wait programmed');
  expect(shifted.exitCode).toBe(0);
  expect(shifted.stderr).toMatch(/1 open connection will be closed 1s after the change$/m);
  expect(shifted.stdout).toMatch(/^1 open connection is closed 1s after the change$/m);
  await once(held, 'end');
});

/** The gateway's pods. */
async function proxies(sandbox: WatchedSandbox): Promise<PodAddress[]> {
  const { stdout } = await sandbox.run('status -o json');
  return JSON.parse(stdout).proxies;
}

/** Makes proxies behave so until the test is over. */
async function behaving(sandbox: WatchedSandbox, behaviour: ProxyBehaviour, pods: readonly PodAddress[]) {
  onTestFinished(async () => {
    for (const pod of pods) await makeProxy(sandbox.other, pod, 'obey');
    await back(sandbox);
  });
  for (const pod of pods) await makeProxy(sandbox.other, pod, behaviour);
}

test('refused by Envoy: its words, and that the weights are written', async ({ sandbox }) => {
  const [pod] = await proxies(sandbox);
  await behaving(sandbox, 'refuse', [pod!]);
  const { exitCode, stderr } = await sandbox.run('weight v2=50 --timeout 20s');
  expect(exitCode).toBe(5);
  expect(stderr).toContain(`error: v1=50 v2=50 is written, but not proved: ${pod!.pod} refused the new weights: `);
  expect(stderr).toMatch(/; in force: v1=80 v2=20$/m);
  expect((await sandbox.run('status')).stdout).toContain(`${pod!.pod} refused a newer configuration: `);

  const standing = await sandbox.run('weight v2=50 --wait programmed --timeout 10s');
  expect(standing.exitCode).toBe(5);
  expect(standing.stderr).toContain(`error: v1=50 v2=50 stands in the route, but not proved: ${pod!.pod} refused `);
});

test('control plane silent: all gateways are behind at once, before and after it is written', async ({ sandbox }) => {
  await behaving(sandbox, 'detached', await proxies(sandbox));
  const silent = 'all 2 gateway pods have v1=80 v2=20: the control plane has not brought the new weights';
  for (const [state, wait] of [
    ['is written', ''],
    ['stands in the route', '--wait programmed'],
  ]) {
    const { exitCode, stderr } = await sandbox.run(`weight v2=50 --timeout 4s ${wait}`);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`error: v1=50 v2=50 ${state}, but not proved: after 4s ${silent}\n`);
  }
});

test('a gateway that does not answer is not one without the new weights, nor without connections', async ({
  sandbox,
}) => {
  const [pod] = await proxies(sandbox);
  await behaving(sandbox, 'paused', [pod!]);
  const { exitCode, stdout, stderr } = await sandbox.run('weight v2=50 --wait programmed --timeout 3s');
  expect(exitCode).toBe(3);
  expect(stderr).toContain(
    `it is not known whether every gateway pod has the new weights: ${pod!.pod} does not tell (no answer in `,
  );
  const uncounted = `0 open connections (those of ${pod!.pod} are not counted)`;
  expect(stderr).toContain(`${uncounted} will be closed 1s after the change\n`);
  expect(stdout).toContain(`${uncounted} are closed 1s after the change\n`);
});
