import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault, FaultRequest } from '../../src/sandbox/api/faults.ts';
import { cli } from '../helpers/cli.ts';
import { connectTo, temporaryFolder, writeKubeconfig } from '../helpers/cluster.ts';
import { inTime, launch } from '../helpers/launch.ts';
import { refusedBy } from '../helpers/refused.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';
import { listen } from '../helpers/tcp-server.ts';

const namespace = 'istio-io-tcp-traffic-shifting';
const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
const leaseRef = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'tcpshift-tcproute-tcp-echo' };
const terminated = { exitCode: 143, error: 'terminated', hint: undefined };

describe('an API server that answers no more', () => {
  let sandbox: TestSandbox;
  let onRequest: (request: FaultRequest) => Fault | undefined = () => undefined;

  beforeAll(async () => {
    sandbox = await testSandbox({}, { faults: (request) => onRequest(request) });
    await cli(['setup', '--port', String(sandbox.port)], { kubeconfig: sandbox.kubeconfig });
  });
  afterEach(async () => {
    onRequest = () => undefined;
    const cluster = await connectTo({ kubeconfig: sandbox.kubeconfig });
    const lease = await cluster.get(leaseRef);
    if (lease) await cluster.delete(leaseRef, lease.metadata.uid!);
  });
  afterAll(() => sandbox.stop());

  /** From the first request of this kind on all go unanswered; resolves when the next of the other kind has come, or at once. */
  function silenceFrom(first: string): (next: string) => Promise<void> {
    const seen: string[] = [];
    let wake = () => {};
    onRequest = ({ method, path }) => {
      const request = `${method} ${path}`;
      if (seen.length === 0 && !request.startsWith(first)) return undefined;
      seen.push(request);
      wake();
      return { do: 'delay', ms: 120_000 };
    };
    return async (next) => {
      while (!seen.some((request) => request.startsWith(next))) await new Promise<void>((resolve) => (wake = resolve));
    };
  }

  const weight = () => launch(['weight', 'v2=20'], { kubeconfig: sandbox.kubeconfig });

  test('and does not say whether it made the lease keeps nobody who sends a signal', async () => {
    const asked = silenceFrom(`POST ${leases}`);
    const run = weight();
    await asked('POST');
    run.send('SIGTERM');
    expect(refusedBy(await inTime(10_000, run.ended))).toMatchObject(terminated);
  });

  test('and does not take the lease back keeps nobody who sends a signal', async () => {
    const asked = silenceFrom('PATCH /apis/gateway.networking.k8s.io/');
    const run = weight();
    await asked('PATCH');
    run.send('SIGTERM');
    await asked(`DELETE ${leases}`);
    expect(refusedBy(await inTime(10_000, run.ended))).toMatchObject({
      exitCode: 143,
      error: 'terminated; the route cannot be read to see whether it was written',
    });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'a second signal, SIGTERM and then %s, ends the process as it is',
    async (second) => {
      const asked = silenceFrom('PATCH /apis/gateway.networking.k8s.io/');
      const run = weight();
      await asked('PATCH');
      run.send('SIGTERM');
      // The route is looked at for a while before the process would end by itself.
      await asked('GET /apis/gateway.networking.k8s.io/');
      run.send(second);
      expect(await inTime(10_000, run.ended)).toMatchObject({ signal: second, stdout: '' });
    },
  );
});

test('what nobody closed does not keep the process after a signal', async () => {
  let tell = () => {};
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const { port } = await listen((socket) => socket.once('data', tell));
  const left = join(await temporaryFolder(), 'left.cjs');
  await writeFile(left, 'setInterval(() => {}, 1000);');
  const kubeconfig = await writeKubeconfig({ cluster: { server: `https://127.0.0.1:${port}` } });
  const run = launch(['status'], { kubeconfig, env: { NODE_OPTIONS: `--require ${left}` } });
  await asked;
  run.send('SIGINT');
  expect(await inTime(10_000, run.ended)).toMatchObject({ stderr: 'error: interrupted\n', signal: 'SIGINT' });
});
