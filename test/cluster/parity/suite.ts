/** The parity suite: the whole task by the built binary, on any cluster; what holds on a real control plane must hold on the sandbox, and the other way round. */
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tenLines } from '../../helpers/consumer.ts';
import { until } from '../stack/until.ts';
import { comparable, oracle } from './oracle.ts';
import { document, kinds, kubectl, tcpshift, type Target } from './target.ts';
import { addThirdVersion } from './third-version.ts';
import { preferredVersion } from './versions.ts';

const places = ['local', 'port-forward', 'pod'] as const;
/** So many verdicts are asked for in a run that one in a thousand left open would be one run in twenty. */
const sure = ['--power', '0.9999'];
/** What is asked for v2, and the weights that it takes; each split is told from the one before by no more connections than weight opens unasked. */
const shifts: [asked: string, weights: Record<string, number>][] = [
  ['1', { v1: 99, v2: 1 }],
  ['50', { v1: 50, v2: 50 }],
  ['99.5', { v1: 1, v2: 199 }],
  ['0', { v1: 100, v2: 0 }],
  ['100', { v1: 0, v2: 100 }],
  ['20', { v1: 80, v2: 20 }],
];

/** What is asked of three versions, from 50, 30 and 20 on, and the weights that it takes: a version that is not named keeps its part of what is left. */
const thirdSteps: [asked: string, weights: number[]][] = [
  ['v3=60', [25, 15, 60]],
  ['v1=0 v2=50', [0, 50, 50]],
  ['--all-to v3', [0, 0, 100]],
];

/** Declares the suite's tests for the cell that `open` resolves with once the tests run. */
export function paritySuite(name: string, open: () => Promise<Target>): void {
  describe(`parity on ${name}`, { timeout: 120_000 }, () => {
    let target: Target;
    const setup = () => document(target, 'setup', '--api', target.api, '--gateway-class', target.gatewayClass);
    const read = async (kind: string, object: string) =>
      JSON.parse(await kubectl(target, ['get', kind, object, '-o', 'json']));
    const route = () => `${kinds[target.api].route}/tcp-echo`;

    beforeAll(async () => {
      target = await open();
    });

    afterAll(async () => {
      if (target)
        await kubectl(target, ['delete', 'namespace', target.namespace, '--ignore-not-found', '--wait=false']);
    });

    test('setup: the first reply comes from v1', async () => {
      const first = await setup();
      expect(first.firstReply.version).toBe('v1');
      expect(new Set(first.objects.map(({ change }: any) => change))).toEqual(new Set(['created']));
    });

    test('setup again changes nothing', async () => {
      const second = await setup();
      expect(new Set(second.objects.map(({ change }: any) => change))).toEqual(new Set(['unchanged']));
    });

    test("the workloads are the samples' own", async () => {
      for (const expected of await oracle(target, 'workloads')) {
        if (expected.kind === 'ServiceAccount') continue;
        expect(comparable(await read(expected.kind, expected.metadata.name))).toEqual(comparable(expected));
      }
    });

    test("the routing is the samples' own", async () => {
      for (const expected of await oracle(target, 'all-v1')) {
        // The route names v2 from the start, with a weight of 0, so that statistics keep their names.
        if (['VirtualService', 'TCPRoute'].includes(expected.kind)) continue;
        const [group] = expected.apiVersion.split('/');
        const kind = expected.kind === 'Service' ? 'service' : `${expected.kind.toLowerCase()}s.${group}`;
        expect(comparable(await read(kind, expected.metadata.name))).toEqual(comparable(expected));
      }
    });

    test.each(shifts)('weight v2=%s is in force', async (asked, weights) => {
      const change = await document(target, 'weight', `v2=${asked}`);
      expect(Object.fromEntries(change.versions.map(({ version, after }: any) => [version, after.weight]))).toEqual(
        weights,
      );
      expect(change.proof.level).toBe('observed');
      const { exitCode, stdout } = await tcpshift(target, 'diff', 'weight', `v2=${asked}`);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    });

    test("the 20 % step's route is the sample's own", async () => {
      const [expected] = await oracle(target, '20-v2');
      expect(comparable(await read(kinds[target.api].route, 'tcp-echo'))).toEqual(comparable(expected));
    });

    test('weight to what it has already changes nothing', async () => {
      expect(await document(target, 'weight', 'v2=20')).toMatchObject({ changed: false });
    });

    test.for(places)('verify --from %s passes', async (place, { skip }) => {
      if (place === 'pod' && target.name === 'sandbox') skip('the sandbox runs no containers');
      const verdict = await document(target, 'verify', '--from', place, ...sure);
      expect(verdict).toMatchObject({ verdict: 'pass', from: place, failures: { count: 0 } });
    });

    test('verify of another split fails', async () => {
      const { exitCode, stdout } = await tcpshift(target, 'verify', '--expect', 'v2=60', '-o', 'json');
      expect({ exitCode, verdict: JSON.parse(stdout).verdict }).toEqual({ exitCode: 1, verdict: 'fail' });
    });

    test("verify --evidence gateway-stats judges others' connections", async ({ skip }) => {
      if (target.gatewayClass === 'traefik') skip('only Envoy counts connections by version');
      const counting = document(target, ...'verify --evidence gateway-stats --window 2s --tolerance 15'.split(' '));
      await document(target, ...'probe --count 800 --interval 5ms --concurrency 16'.split(' '));
      expect(await counting).toMatchObject({ verdict: 'pass', from: 'gateway-stats', failures: { count: 0 } });
    });

    test.for(places)('probe --from %s gets a reply to every connection', async (place, { skip }) => {
      if (place === 'pod' && target.name === 'sandbox') skip('the sandbox runs no containers');
      const args = ['probe', '--from', place, '--count', '20', '--interval', '0', '--concurrency', '5', '-o', 'json'];
      const { exitCode, stdout, stderr } = await tcpshift(target, ...args);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(stdout)).toMatchObject({ from: place, connections: 20 });
      const counts: number[] = JSON.parse(stdout).versions.map(({ connections }: any) => connections);
      expect(counts.reduce((sum, count) => sum + count)).toBe(20);
    });

    test('status tells route, address, versions and conditions', async () => {
      const status = await document(target, 'status');
      expect(status).toMatchObject({ api: target.api, route: { name: 'tcp-echo' }, ingress: { port: 31_400 } });
      expect(status.versions).toMatchObject([
        { version: 'v1', weight: 80, readyPods: 1, pods: 1 },
        { version: 'v2', weight: 20, readyPods: 1, pods: 1 },
      ]);
      const wanted = { istio: [], 'gateway-api': ['Accepted', 'ResolvedRefs', 'Programmed'] }[target.api];
      const trueTypes = status.conditions.filter(({ state }: any) => state === 'true').map(({ type }: any) => type);
      expect(trueTypes).toEqual(expect.arrayContaining(wanted));
    });

    test('diff tells a change, and makes none', async () => {
      const before = await read(kinds[target.api].route, 'tcp-echo');
      const { exitCode, stdout } = await tcpshift(target, 'diff', 'weight', 'v2=30');
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^-\s+weight: 80$/m);
      expect(stdout).toMatch(/^\+\s+weight: 70$/m);
      expect((await read(kinds[target.api].route, 'tcp-echo')).metadata.resourceVersion).toBe(
        before.metadata.resourceVersion,
      );
    });

    test('a program of ten lines shifts and verifies through the library', async () => {
      const args = [tenLines, route(), target.namespace, 'v2=50'];
      const { stdout, stderr } = await execa(process.execPath, args, { env: { KUBECONFIG: target.kubeconfig } });
      expect({ ...JSON.parse(stdout), stderr }).toEqual({
        split: ['v1', 'v2'].map((version) => ({ version, weight: 50 })),
        proof: 'observed',
        verdict: 'pass',
        stderr: '',
      });
    });

    test('three versions share the connections', async () => {
      await addThirdVersion(target);
      const change = await document(target, 'weight', route(), 'v1=50', 'v2=30', 'v3=20', '--force-conflicts');
      expect(change.versions.map(({ after }: any) => after.weight)).toEqual([50, 30, 20]);
      expect(await document(target, 'verify', '--tolerance', '10', ...sure)).toMatchObject({ verdict: 'pass' });
    });

    test.each(thirdSteps)('weight %s is in force', async (asked, weights) => {
      const change = await document(target, 'weight', ...asked.split(' '));
      expect(change.versions.map(({ after }: any) => after.weight)).toEqual(weights);
      expect(change.proof.level).toBe('observed');
    });

    test('cleanup removes everything, and then finds nothing', async () => {
      const first = await document(target, 'cleanup');
      expect(first.removed.map(({ kind }: any) => kind)).toContain('Deployment');
      expect((await document(target, 'cleanup')).removed).toEqual([]);
    });

    test('what render prints, kubectl applies, and weight goes on from there', async () => {
      await until('the namespace is gone', async () => {
        const found = await kubectl(target, ['get', 'namespace', target.namespace, '--ignore-not-found']);
        return found === '';
      });
      const served = target.api === 'istio' ? [] : ['--route-version', await preferredVersion(target)];
      const rendered = await tcpshift(
        target,
        'render',
        'setup',
        '--api',
        target.api,
        '--gateway-class',
        target.gatewayClass,
        ...served,
      );
      expect(rendered).toMatchObject({ exitCode: 0 });
      await kubectl(target, ['apply', '-f', '-'], rendered.stdout);
      await kubectl(target, ['rollout', 'status', 'deployment', '--timeout=60s']);
      const change = await document(target, 'weight', 'v2=20', '--force-conflicts');
      expect(change.proof.level).toBe('observed');
      await kubectl(target, ['delete', '--ignore-not-found', '-f', '-'], rendered.stdout);
    });
  });
}
