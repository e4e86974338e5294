/** What becomes of a change of weights where that is up to others: proxies, control planes, other owners and endpoints, all of them real. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { document, kubectl, tcpshift, type Target } from '../parity/target.ts';
import { apiTitles } from '../stack/profiles.ts';
import { until } from '../stack/until.ts';
import { profile } from '../suite/profile.ts';
import { istiodProcesses, stop } from '../suite/stopped.ts';
import { abandon, caseTarget, changeWeights, patchWeights, readRoute, said, setUp } from './task.ts';

/** Leaves the shared ingress gateway to the next route of the Istio API, once nothing of this one is left. */
async function leave(target: Target): Promise<void> {
  await kubectl(target, ['delete', 'virtualservice', 'tcp-echo', '--ignore-not-found']);
  await abandon(target);
}

describe('a proxy that refuses its listener', () => {
  const target = caseTarget('case-refusal');
  const words = /^error adding listener '0\.0\.0\.0:31400': filter chain '' has the same matching rules defined as ''/;
  const tcpProxy = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
  const typed = { '@type': `type.googleapis.com/${tcpProxy}`, stat_prefix: 'second', cluster: 'BlackHoleCluster' };
  const secondChain = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'second-chain' },
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'tcp-echo-gateway' }],
      configPatches: [
        {
          applyTo: 'FILTER_CHAIN',
          match: { context: 'GATEWAY', listener: { portNumber: 31_400 } },
          patch: {
            operation: 'ADD',
            value: { filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: typed }] },
          },
        },
      ],
    },
  };

  beforeAll(() => setUp(target));

  afterAll(() => abandon(target));

  test('is quoted, by status too, whether the weights were written now or stood there', async () => {
    await kubectl(target, ['apply', '-f', '-'], JSON.stringify(secondChain));
    await until('the proxy has refused', async () => {
      const [proxy] = (await document(target, 'status')).proxies;
      return proxy.refused !== undefined;
    });
    const ask = ['v2=20', '--wait', 'programmed'];
    for (const state of ['is written', 'stands in the route']) {
      const { exitCode, errors, change } = await changeWeights(target, ...ask);
      const { proxies } = await document(target, 'status');
      const [{ pod, refused, inForce }] = proxies;
      expect(refused).toMatch(words);
      expect({ inForce, exitCode, changed: change.changed }).toEqual({
        inForce: false,
        exitCode: 5,
        changed: state === 'is written',
      });
      expect(errors).toEqual([
        `v1=80 v2=20 ${state}, but not proved: ${pod} refused the new weights: ${refused}; in force: v1=1 v2=0`,
      ]);
      expect((await tcpshift(target, 'status')).stdout).toContain(`\n${pod} refused a newer configuration: ${refused}`);
    }

    await kubectl(target, ['delete', 'envoyfilter', 'second-chain']);
    expect(await document(target, 'weight', ...ask)).toMatchObject({ changed: false, proof: { level: 'programmed' } });
  });
});

describe('a control plane that is silent', () => {
  const apis = [
    ['VirtualService', 'istio'],
    ['TCPRoute', 'gateway-api'],
  ] as const;
  const targets = {
    istio: caseTarget('case-silent', 'istio'),
    'gateway-api': caseTarget('case-silent-route'),
  };
  const validation = ['validatingwebhookconfiguration', 'istiod-default-validator'];
  const selector = '/webhooks/0/namespaceSelector';
  const patchValidation = (value: object) =>
    kubectl(targets.istio, [
      'patch',
      ...validation,
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'replace', path: selector, value }]),
    ]);

  beforeAll(async () => {
    for (const target of Object.values(targets)) await setUp(target);
    // The same istiod judges VirtualServices: stopped, it lets nobody write one.
    const others = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [targets.istio.namespace] };
    await patchValidation({ matchExpressions: [others] });
    const invalid = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'invalid' } };
    const create = ['create', '--dry-run=server', '-f', '-'];
    await until('VirtualServices are no longer judged', async () =>
      kubectl(targets.istio, create, JSON.stringify({ ...invalid, spec: { hosts: ['*'] } })),
    );
  });

  afterAll(async () => {
    await patchValidation({});
    await leave(targets.istio);
    await abandon(targets['gateway-api']);
  });

  const silence = {
    istio: 'the one gateway pod has v1=100 v2=0: the control plane has not brought the new weights',
    'gateway-api':
      'TCPRoute tcp-echo has no current Accepted condition: its controller has not taken up the last change yet',
  };

  test.each(apis)('is told of for a %s, until it speaks', async (_kind, api) => {
    const target = targets[api];
    const goOn = stop(await istiodProcesses());
    const { exitCode, errors, change } = await changeWeights(target, 'v2=20', '--timeout', '3s');
    expect({ exitCode, changed: change.changed }).toEqual({ exitCode: 3, changed: true });
    expect(errors).toEqual([`v1=80 v2=20 is written, but not proved: after 3s ${silence[api]}`]);

    goOn();
    expect(await document(target, 'weight', 'v2=20', '--timeout', '20s')).toMatchObject({
      changed: false,
      proof: { level: 'programmed' },
    });
  });

  test.each(apis)('does not hide who overwrites a %s', async (_kind, api) => {
    const target = targets[api];
    stop(await istiodProcesses());
    const running = changeWeights(target, 'v2=30', '--wait', 'observed', '--timeout', '40s');
    await until('the weights are written', async () =>
      JSON.stringify((await readRoute(target)).spec).includes('"weight":70'),
    );
    await patchWeights(target, [95, 5]);
    const patchedAt = Date.now();
    const { exitCode, errors, change } = await running;
    expect(Date.now() - patchedAt).toBeLessThan(2000);
    expect(exitCode).toBe(4);
    expect(errors).toEqual([
      expect.stringMatching(
        /^v1=70 v2=30 was written; the weights of \S+ tcp-echo were changed meanwhile by kubectl-patch at \S+Z: v1=95 v2=5$/,
      ),
    ]);
    expect(change).toMatchObject({
      changed: true,
      overwritten: {
        manager: 'kubectl-patch',
        weights: [
          { version: 'v1', weight: 95 },
          { version: 'v2', weight: 5 },
        ],
      },
      problem: { kind: 'conflict', exitCode: 4 },
    });
  });
});

describe.each(profile.apis.map((api) => [`${profile.title}, ${apiTitles[api]}`, api] as const))(
  'a version with nothing behind it on %s',
  (_cell, api) => {
    const target = caseTarget(`case-nothing-${api}`, api);
    const missing = {
      istio: 'subset v2 of Service tcp-echo',
      'gateway-api': 'Service tcp-echo-v2',
    };

    beforeAll(async () => {
      await setUp(target);
      const [pod] = JSON.parse(await kubectl(target, ['get', 'pods', '-l', 'version=v2', '-o', 'json'])).items;
      await kubectl(target, ['scale', 'deployment/tcp-echo-v2', '--replicas=0']);
      await until('no EndpointSlice has the pod', async () => {
        const slices = await kubectl(target, ['get', 'endpointslices', '-o', 'json']);
        return !slices.includes(`"${pod.status.podIP}"`);
      });
    });

    afterAll(() => (api === 'istio' ? leave(target) : abandon(target)));

    test('gets no connections, unless that is insisted on, and then it is seen', async () => {
      const before = await readRoute(target);
      const { exitCode, stdout, stderr } = await tcpshift(target, 'weight', 'v2=100');
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
      expect(said(stderr, 'error')).toEqual([
        `v2 is to get more connections, and nothing takes them: ${missing[api]} in namespace ${target.namespace} has no ready endpoint`,
      ]);
      expect(await readRoute(target)).toEqual(before);

      const insisted = await changeWeights(target, 'v2=100', '--allow-unready');
      expect(insisted.exitCode).toBe(1);
      const { problem, watched, proof } = insisted.change;
      expect(problem).toMatchObject({
        kind: 'failing',
        hint: expect.stringMatching(/^go back: tcpshift weight .*v2=0/),
      });
      expect(watched.before.failed).toBe(0);
      expect(watched.since[0].failed).toBeGreaterThan(0);
      expect(proof).not.toHaveProperty('observed');
    });
  },
);

describe('a port that an older VirtualService has', () => {
  const [older, newer] = [caseTarget('case-older', 'istio'), caseTarget('case-newer', 'istio')];

  beforeAll(async () => {
    await setUp(older);
    await setUp(newer);
  });

  afterAll(async () => {
    await leave(older);
    await leave(newer);
  });

  test('is told of where weights wait for it', async () => {
    const { exitCode, errors } = await changeWeights(newer, 'v2=50', '--wait', 'programmed', '--timeout', '2s');
    expect(exitCode).toBe(3);
    expect(errors).toEqual([
      'v1=50 v2=50 is written, but not proved: after 2s the one gateway pod has outbound|9000|v1|tcp-echo.case-older.svc.cluster.local=100, which is none of the versions: another route may have the port',
    ]);
  });
});
