/** Users who may not do everything: what is refused writes nothing, and what needs no more goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl, tcpshift } from '../parity/target.ts';
import { abandon, caseTarget, fingerprint, readRoute, said, setUp, setupArguments } from './task.ts';

const target = caseTarget('case-rights');
const roles = {
  /** Reads everything, writes nothing. */
  viewer: ['--verb=get,list,watch', '--resource=*.*'],
  /** Besides, changes routes, and no more. */
  shifter: ['--verb=patch', '--resource=tcproutes.gateway.networking.k8s.io'],
  /** Besides, deletes routes alone of what setup makes. */
  remover: ['--verb=delete', '--resource=tcproutes.gateway.networking.k8s.io'],
  /** Besides, deletes everything but the namespace. */
  mover: [
    '--verb=delete',
    '--resource=tcproutes.gateway.networking.k8s.io,gateways.gateway.networking.k8s.io,deployments.apps,services,serviceaccounts',
  ],
};
/** What setup makes, which is all that this user may see and remove. */
const ownKinds = ['tcproutes', 'gateways'].map((plural) => `${plural}.gateway.networking.k8s.io`);
const blindRules = [
  '--verb=get,list,watch,delete',
  `--resource=${[...ownKinds, 'deployments.apps', 'services', 'serviceaccounts', 'namespaces'].join()}`,
];

const as = (user: keyof typeof roles, ...args: string[]) => tcpshift(target, '--as', `case-${user}`, ...args);

beforeAll(async () => {
  await setUp(target);
  for (const [name, rules] of Object.entries(roles)) {
    const users = name === 'viewer' ? Object.keys(roles) : [name];
    await kubectl(target, ['create', 'clusterrole', `case-${name}`, ...rules]);
    const subjects = users.map((user) => `--user=case-${user}`);
    await kubectl(target, ['create', 'clusterrolebinding', `case-${name}`, `--clusterrole=case-${name}`, ...subjects]);
  }
});

afterAll(async () => {
  for (const kind of ['clusterrolebinding', 'clusterrole']) {
    const names = Object.keys(roles).map((name) => `case-${name}`);
    await kubectl(target, ['delete', kind, ...names, '--ignore-not-found']);
  }
  await abandon(target);
});

describe('a user who may only read', () => {
  test('sees the status, but for what needs a port-forward', async () => {
    const { exitCode, stdout, stderr } = await as('viewer', 'status', '-o', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { versions, proxies, proxiesProblem } = JSON.parse(stdout);
    expect(versions).toMatchObject([{ weight: 100 }, { weight: 0 }]);
    expect(proxies).toBeNull();
    expect(proxiesProblem).toMatch(/^cannot forward a port to Pod case-rights\/\S+: /);
  });

  test('gets a verdict from here', async () => {
    const { exitCode, stdout } = await as('viewer', 'verify', '--from', 'local', '-o', 'json');
    expect({ exitCode, verdict: JSON.parse(stdout).verdict }).toEqual({ exitCode: 0, verdict: 'pass' });
  });

  test('needs no cluster to plan and to render', async () => {
    expect(await as('viewer', 'plan', '--expect', 'v2=20')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await as('viewer', 'render', 'weight', 'v2=20')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await as('viewer', 'weight', 'v2=20', '--dry-run', 'client')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([
    ['port-forward', 'pods/portforward'],
    ['pod', 'pods/exec'],
  ])('is refused a probe from %s', async (place, resource) => {
    const { exitCode, stderr } = await as('viewer', 'probe', '--from', place, '--count', '1');
    expect(exitCode).toBe(5);
    expect(said(stderr, 'error')).toHaveLength(1);
    expect(said(stderr, 'hint')).toEqual([
      `ask for a Role that allows create on ${resource}, or act as another user with --context or --as`,
    ]);
  });

  const route = 'user "case-viewer" may not patch tcproutes.gateway.networking.k8s.io in namespace "case-rights"';
  test.each([
    [['weight', 'v2=20'], `cannot apply TCPRoute case-rights/tcp-echo: ${route}`],
    [['weight', 'v2=20', '--dry-run', 'server'], `cannot apply TCPRoute case-rights/tcp-echo: ${route}`],
    [['diff', 'weight', 'v2=20'], `cannot apply TCPRoute case-rights/tcp-echo: ${route}`],
    [
      setupArguments(target),
      'no permission to patch, create namespaces, serviceaccounts, services, deployments.apps, ',
    ],
    [['cleanup'], 'no permission to delete tcproutes.gateway.networking.k8s.io, gateways.gateway.networking.k8s.io, '],
  ])('is refused %j, which writes nothing', async (args, found) => {
    const before = await fingerprint(target);
    const { exitCode, stdout, stderr } = await as('viewer', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(said(stderr, 'error')).toEqual([expect.stringContaining(found)]);
    expect(said(stderr, 'hint')).toEqual([expect.stringMatching(/^ask for a Role that allows /)]);
    expect(await fingerprint(target)).toBe(before);
  });
});

describe('a user who may do everything in one namespace', () => {
  const own = caseTarget('case-own', 'istio');
  const asOwner = (...args: string[]) => tcpshift(own, '--as', 'case-owner', ...args);
  const lack = 'user "case-owner" may not list pods in namespace "istio-system"';

  beforeAll(async () => {
    await kubectl(own, ['create', 'namespace', own.namespace]);
    await kubectl(own, ['create', 'role', 'owner', '--verb=*', '--resource=*.*']);
    await kubectl(own, ['create', 'rolebinding', 'owner', '--role=owner', '--user=case-owner']);
  });

  afterAll(() => abandon(own));

  test('sets up, and is told at once that the gateway is out of reach', async () => {
    const { exitCode, stderr } = await asOwner(...setupArguments(own));
    expect(exitCode).toBe(5);
    expect(said(stderr, 'error')).toEqual([
      `no way to the gateway of tcp-echo: local, port-forward, pod: cannot list pods in namespace "istio-system": ${lack}`,
    ]);
  });

  test('shifts, and is told that nothing more is to be had', async () => {
    const { exitCode, stdout } = await asOwner('weight', 'v2=50', '-o', 'json');
    expect(exitCode).toBe(0);
    const { proof } = JSON.parse(stdout);
    expect(proof).toMatchObject({
      level: 'accepted',
      notProved: [expect.stringContaining(lack), expect.stringContaining(lack)],
    });
  });

  test('cleans up, but for the namespace', async () => {
    const { exitCode, stdout } = await asOwner('cleanup', '-o', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).left).toEqual([
      { ref: expect.objectContaining({ kind: 'Namespace' }), why: 'tcpshift did not make it' },
    ]);
  });
});

describe('a user who may not see all of it', () => {
  const own = caseTarget('case-blind');

  beforeAll(async () => {
    await setUp(own);
    await kubectl(own, ['create', 'clusterrole', 'case-blind', ...blindRules]);
    await kubectl(own, ['create', 'clusterrolebinding', 'case-blind', '--clusterrole=case-blind', '--user=case-blind']);
  });

  afterAll(async () => {
    await kubectl(own, ['delete', 'clusterrolebinding,clusterrole', 'case-blind', '--ignore-not-found']);
    await abandon(own);
  });

  test('removes what he sees, and is told why the namespace stays', async () => {
    const { exitCode, stdout } = await tcpshift(own, '--as', 'case-blind', 'cleanup', '-o', 'json');
    expect(exitCode).toBe(0);
    const { removed, left } = JSON.parse(stdout);
    expect(removed.map(({ kind }: any) => kind)).toEqual(expect.arrayContaining(['TCPRoute', 'Gateway', 'Deployment']));
    expect(left).toEqual([
      {
        ref: expect.objectContaining({ kind: 'Namespace' }),
        why: expect.stringMatching(/^not everything in it can be seen: no permission to list \S+, .* and \d+ more$/),
      },
    ]);
  });
});

describe('a user who may do some of it', () => {
  test('changes routes alone, and is told which proofs are not to be had', async () => {
    const { exitCode, stdout, stderr } = await as('shifter', 'weight', 'v2=50', '-o', 'json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const { proof } = JSON.parse(stdout);
    expect(proof).toMatchObject({ level: 'observed', observed: { from: 'local' } });
    expect(proof.notProved).toEqual([expect.stringMatching(/^cannot forward a port to Pod /)]);
    expect(said(stderr, 'warning')).toEqual([expect.stringContaining('may not create leases.coordination.k8s.io')]);
  });

  test('deletes nothing without being allowed to delete everything', async () => {
    const { exitCode, stderr } = await as('remover', 'cleanup');
    expect(exitCode).toBe(5);
    expect(said(stderr, 'error')).toEqual([expect.stringMatching(/^no permission to delete gateways\./)]);
    expect((await readRoute(target)).metadata.deletionTimestamp).toBeUndefined();
  });

  test('leaves the namespace where that is all that may not go', async () => {
    const { exitCode, stdout } = await as('mover', 'cleanup', '-o', 'json');
    expect(exitCode).toBe(0);
    const { removed, left } = JSON.parse(stdout);
    expect(removed.map(({ kind }: any) => kind)).toEqual(expect.arrayContaining(['TCPRoute', 'Gateway', 'Deployment']));
    expect(left).toEqual([
      {
        ref: expect.objectContaining({ kind: 'Namespace' }),
        why: 'cannot delete Namespace case-rights: user "case-mover" may not delete namespaces in namespace "case-rights"',
      },
    ]);
  });
});
