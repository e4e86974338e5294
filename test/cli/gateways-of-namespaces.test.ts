/** One label on the gateways of two namespaces, and a Gateway whose selector picks both. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { connectTo } from '../helpers/cluster.ts';
import { documentOf } from '../helpers/documents.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

let sandbox: TestSandbox;

const run = (...args: string[]) => cli(args, { kubeconfig: sandbox.kubeconfig });

beforeAll(async () => {
  sandbox = await testSandbox();
  await run('setup', '--api', 'istio', '--port', String(sandbox.port), '--no-client');
  const cluster = await connectTo({ kubeconfig: sandbox.kubeconfig });
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'edge' } });
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'istio-system' };
  const first = await cluster.get({ ...deployment, name: 'istio-ingressgateway' });
  const { apiVersion, kind, spec } = first!;
  const second = await cluster.create({ apiVersion, kind, metadata: { name: 'second', namespace: 'edge' }, spec });
  const ref = { apiVersion, kind, name: second.metadata.name, namespace: 'edge' };
  await cluster.waitFor(ref, (object) => object?.status?.availableReplicas === 1, { timeoutMs: 10_000 });
});

afterAll(() => sandbox.stop());

test('status shows the pods of both, each by its namespace', async () => {
  const { proxies } = documentOf('Status', await run('status', '-o', 'json'));
  expect(proxies).toMatchObject([
    { namespace: 'istio-system', pod: expect.stringMatching(/^istio-ingressgateway-/), inForce: true },
    { namespace: 'edge', pod: expect.stringMatching(/^second-/), inForce: true },
  ]);
  const { stdout } = await run('status');
  expect(stdout).toMatch(
    /^istio-system\/istio-ingressgateway-\S+ +v1=100 v2=0 +yes\nedge\/second-\S+ +v1=100 v2=0 +yes$/m,
  );
});

test('weight waits for the pods of both', async () => {
  const { stdout } = await run('weight', 'v2=20', '--wait', 'programmed');
  expect(stdout).toMatch(/^programmed: {2}in all 2 gateway pods, /m);
});

test('counters are read in the pods of both, and probes reach them', async () => {
  const counting = run('verify', '--evidence', 'gateway-stats', '--window', '2s', '--tolerance', '20', '-o', 'json');
  await run('probe', '--from', 'port-forward', '--count', '60', '--interval', '0');
  const verdict = documentOf('Verdict', await counting);
  expect(verdict.address).toMatch(/^pod\/istio-system\/istio-ingressgateway-\S+, pod\/edge\/second-\S+$/);
});
