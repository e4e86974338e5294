import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { withLease } from '../../src/cluster/lease.ts';
import { connectTo } from '../helpers/cluster.ts';
import { inProcess } from '../helpers/in-process.ts';
import { namespace } from '../helpers/routes.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

const reads: string[] = [];
let sandbox: TestSandbox;
let other: Cluster;
const run = (...args: string[]) => inProcess(args, sandbox.kubeconfig);

beforeAll(async () => {
  sandbox = await testSandbox(
    {},
    {
      faults({ method, path }) {
        if (method === 'GET') reads.push(path);
        return undefined;
      },
    },
  );
  other = await connectTo({ kubeconfig: sandbox.kubeconfig });
  const { exitCode, stderr } = await run('setup', '--api', 'gateway-api', '--port', String(sandbox.port));
  if (exitCode !== 0) throw new Error(stderr);
});
afterAll(() => sandbox.stop());
beforeEach(() => void reads.splice(0));

test('status asks nothing twice', async () => {
  expect(await run('status')).toMatchObject({ exitCode: 0 });
  expect(reads.length).toBeGreaterThan(5);
  expect(reads.toSorted()).toEqual([...new Set(reads)].toSorted());
});

const name = 'tcpshift-tcproute-tcp-echo';

test('a shift of a route that somebody is at work on is refused within seconds, with who it is', async () => {
  const holder = 'ann@laptop, process 1';
  const refused = await withLease(other, { namespace, name, holder, ttlMs: 9000 }, () =>
    run('weight', 'v2=20', '--wait', 'none'),
  );
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toMatch(
    /^"ann@laptop, process 1" holds TCPRoute tcp-echo; waiting up to 9s to see whether it lives\n/,
  );
  expect(refused.stderr).toMatch(
    /error: lease .* is held by "ann@laptop, process 1": renewed [\d.]+m?s after it was found/,
  );
});

test('the lease of one who crashed is taken over, whatever its time says', async () => {
  const spec = { holderIdentity: 'gone', leaseDurationSeconds: 1, renewTime: '2999-01-01T00:00:00.000000Z' };
  await other.create({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name },
    spec,
  });
  expect(await run('weight', 'v2=20', '--wait', 'none')).toMatchObject({ exitCode: 0 });
});
