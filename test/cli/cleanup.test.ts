import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withLease } from '../../src/cluster/lease.ts';
import { refOf, type KubeObject } from '../../src/core/objects.ts';
import { asOurs } from '../../src/core/ownership.ts';
import { systemClock } from '../../src/io.ts';
import { packageRoot } from '../../src/package.ts';
import { connectTo, listening, temporaryFolder, writeKubeconfig } from '../helpers/cluster.ts';
import { documentOf } from '../helpers/documents.ts';
import { freePort } from '../helpers/free-port.ts';
import { watchedSandbox, type WatchedSandbox } from '../helpers/watched-sandbox.ts';

let sandbox: WatchedSandbox;

beforeAll(async () => {
  sandbox = await watchedSandbox();
  // A client of its own: one that has asked what is served does not ask again.
  const cluster = await connectTo({ kubeconfig: sandbox.kubeconfig });
  await cluster.create(databases);
  const served = (now: KubeObject | undefined) =>
    (now?.status?.conditions ?? []).some(({ type, status }: any) => type === 'Established' && status === 'True');
  await cluster.waitFor(refOf(databases), served, { timeoutMs: 5000 });
});
afterAll(() => sandbox.stop());

const databases: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'databases.acme.io' },
  spec: {
    group: 'acme.io',
    scope: 'Namespaced',
    names: { plural: 'databases', singular: 'database', kind: 'Database', listKind: 'DatabaseList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

function space(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function made(apiVersion: string, kind: string, rest: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: 'theirs' }, ...rest };
}

function within(namespace: string, object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

const clean = async (namespace: string, options = '') =>
  documentOf('Cleanup', await sandbox.run(`cleanup -n ${namespace} -o json ${options}`));
// A port for each: that of one that is gone may be a moment in closing.
const setup = async (namespace: string, options = '--no-client') =>
  sandbox.done(`setup -n ${namespace} --port ${await freePort()} ${options}`);
const stranger = 'tcpshift did not make it';
const keeps = (why: string) => ({ ref: expect.objectContaining({ kind: 'Namespace' }), why });
const holdsOthers = keeps('it holds what tcpshift did not make');

const gateway = 'gateway.networking.k8s.io';
const pods = {
  selector: { matchLabels: { app: 'theirs' } },
  template: { metadata: { labels: { app: 'theirs' } }, spec: { containers: [{ name: 'main', image: 'pause' }] } },
};
const strangers: KubeObject[] = [
  made(`${gateway}/v1`, 'TCPRoute', { spec: { rules: [{ backendRefs: [{ name: 'db', port: 5432 }] }] } }),
  made(`${gateway}/v1`, 'Gateway', {
    spec: { gatewayClassName: 'none', listeners: [{ name: 'tcp', port: 5432, protocol: 'TCP' }] },
  }),
  made(`${gateway}/v1`, 'ReferenceGrant', {
    spec: { from: [{ group: gateway, kind: 'TCPRoute', namespace: 'default' }], to: [{ group: '', kind: 'Service' }] },
  }),
  made('networking.istio.io/v1', 'VirtualService', {
    spec: { hosts: ['db'], http: [{ route: [{ destination: { host: 'db' } }] }] },
  }),
  made('v1', 'ServiceAccount'),
  made('v1', 'Endpoints', { subsets: [] }),
  made('v1', 'Secret'),
  made('v1', 'LimitRange', { spec: { limits: [] } }),
  made('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'them' } }),
  made('apps/v1', 'ReplicaSet', { spec: { replicas: 1, ...pods } }),
  made('acme.io/v1', 'Database', { spec: { size: 'large' } }),
];

test.each(strangers.map((object) => [object.kind, object] as const))(
  'a namespace of ours is left to a %s of another team, and goes when that is gone',
  async (kind, object) => {
    const namespace = `holds-${kind.toLowerCase()}`;
    await sandbox.other.create(asOurs(space(namespace)));
    const theirs = await sandbox.other.create(within(namespace, object));
    const ref = refOf(theirs);
    const { removed, left } = await clean(namespace);
    expect({ removed, left }).toEqual({ removed: [], left: [{ ref, why: stranger }, holdsOthers] });
    expect((await sandbox.other.get(ref))!.metadata.uid).toBe(theirs.metadata.uid);

    await sandbox.other.delete(ref, theirs.metadata.uid!);
    await sandbox.other.waitFor(ref, (now) => now === undefined, { timeoutMs: 5000 });
    expect((await clean(namespace)).removed).toEqual([{ apiVersion: 'v1', kind: 'Namespace', name: namespace }]);
  },
);

test('an object of an owner that stays is a stranger, and what strangers bring along is not named', async () => {
  await sandbox.other.create(asOurs(space('owned')));
  const [node] = await sandbox.other.list({ apiVersion: 'v1', kind: 'Node' });
  const { apiVersion, kind, metadata } = node!;
  const ownerReferences = [{ apiVersion, kind, name: metadata.name, uid: metadata.uid! }];
  const secret = within('owned', { ...made('v1', 'Secret'), metadata: { name: 'theirs', ownerReferences } });
  await sandbox.other.create(secret);
  await sandbox.other.create(within('owned', made('apps/v1', 'Deployment', { spec: { replicas: 2, ...pods } })));
  const pod = { apiVersion: 'v1', kind: 'Pod' };
  await expect.poll(() => sandbox.other.list(pod, { namespace: 'owned' })).toHaveLength(2);
  const { left } = await clean('owned');
  expect(left.map(({ ref }: any) => ref.kind).toSorted()).toEqual(['Deployment', 'Namespace', 'Secret']);
});

test('what an owner in another namespace has left behind keeps it, once the cluster had time to delete it', async () => {
  await sandbox.other.create(asOurs(space('orphans')));
  const { metadata } = await sandbox.other.create(within('default', made('v1', 'ConfigMap')));
  // The sandbox does not heed that owners must be in the same namespace, so that this one stays.
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'theirs', uid: metadata.uid! }];
  await sandbox.other.create(
    within('orphans', { ...made('v1', 'Secret'), metadata: { name: 'theirs', ownerReferences } }),
  );
  const { left } = await clean('orphans', '--timeout 1s');
  expect(left).toEqual([
    { ref: expect.objectContaining({ kind: 'Secret' }), why: 'its owner is gone, and it is not' },
    holdsOthers,
  ]);
  const secret = { apiVersion: 'v1', kind: 'Secret', name: 'theirs', namespace: 'orphans' };
  const result = await sandbox.raced(
    'cleanup -n orphans -o json',
    'GET /api/v1/namespaces/orphans/secrets',
    async () => {
      await sandbox.other.delete({ ...secret, kind: 'ConfigMap', namespace: 'default' }, metadata.uid!);
    },
  );
  expect(documentOf('Cleanup', result).left).toEqual([]);
});

test('many strangers of a kind are named in part, and counted', async () => {
  await sandbox.other.create(asOurs(space('crowded')));
  for (const at of [1, 2, 3, 4, 5, 6, 7]) {
    const one = { ...made('v1', 'ConfigMap'), metadata: { name: `map-${at}` } };
    await sandbox.other.create(within('crowded', one));
  }
  const { stdout } = await sandbox.run('cleanup -n crowded');
  expect(stdout.split('\n').slice(-4)).toEqual([
    `configmap/map-4 left: ${stranger}`,
    `configmap/map-5 and 2 more left: ${stranger}`,
    'namespace/crowded left: it holds what tcpshift did not make',
    '',
  ]);
  const { left } = await clean('crowded', '--dry-run client');
  expect(left).toHaveLength(6);
  expect(left[4]).toMatchObject({ ref: { name: 'map-5' }, more: 2 });
});

describe('while cleanup works', () => {
  const last = (namespace: string) => `DELETE /api/v1/namespaces/${namespace}/services/tcp-echo` as const;

  test('what somebody makes in the namespace keeps it', async () => {
    await setup('busy');
    const result = await sandbox.raced('cleanup -n busy -o json', last('busy'), () =>
      sandbox.other.create(within('busy', made('acme.io/v1', 'Database'))),
    );
    const { left } = documentOf('Cleanup', result);
    expect(left).toEqual([{ ref: expect.objectContaining({ kind: 'Database' }), why: stranger }, holdsOthers]);
    expect(
      await sandbox.other.list({ apiVersion: 'acme.io/v1', kind: 'Database' }, { namespace: 'busy' }),
    ).toHaveLength(1);
  });

  test('what comes under the name of an object of ours keeps it', async () => {
    await setup('renamed', '');
    const theirs = within('renamed', {
      ...made('v1', 'Service', { spec: { ports: [{ port: 1 }] } }),
      metadata: { name: 'tcp-echo' },
    });
    const account = 'DELETE /api/v1/namespaces/renamed/serviceaccounts/curl';
    const result = await sandbox.raced('cleanup -n renamed -o json', account, () => sandbox.other.create(theirs));
    expect(documentOf('Cleanup', result).left).toEqual([{ ref: refOf(theirs), why: stranger }, holdsOthers]);
  });

  test('a namespace that somebody takes over is his', async () => {
    await setup('taken');
    const result = await sandbox.raced('cleanup -n taken -o json', last('taken'), () =>
      sandbox.other.apply(
        { ...space('taken'), metadata: { name: 'taken', labels: { 'app.kubernetes.io/managed-by': 'them' } } },
        { force: true },
      ),
    );
    expect(documentOf('Cleanup', result).left).toEqual([keeps(stranger)]);
  });

  test('what is set up anew keeps it', async () => {
    await setup('again');
    const result = await sandbox.raced('cleanup -n again -o json', last('again'), () =>
      sandbox.other.create(asOurs(within('again', made('v1', 'ConfigMap')))),
    );
    expect(documentOf('Cleanup', result).left).toEqual([
      { ref: expect.objectContaining({ kind: 'ConfigMap' }), why: 'tcpshift made it during the cleanup' },
      keeps('somebody sets up in it'),
    ]);
  });
});

describe('what may not or cannot be seen', () => {
  test('a kind that may not be listed keeps the namespace, and nothing else', async () => {
    await setup('veiled');
    const deny = ({ method, path }: { method: string; path: string }) =>
      method === 'GET' && /\/(secrets|databases)\?/.test(path) ? ({ do: 'deny' } as const) : undefined;
    const { removed, left } = await sandbox.meeting(deny, () => clean('veiled'));
    expect(removed.map(({ kind }: any) => kind)).toContain('TCPRoute');
    expect(left).toEqual([keeps('not everything in it can be seen: no permission to list databases.acme.io, secrets')]);
    const again = await sandbox.meeting(deny, () => clean('default'));
    expect(again.left).toEqual([
      keeps(`${stranger}; not everything in it can be seen: no permission to list databases.acme.io, secrets`),
    ]);
    expect((await clean('veiled')).left).toEqual([]);
  });

  test('what an owner that may not be seen has made is not taken for somebody’s', async () => {
    await setup('ownerless');
    const deny = ({ method, path }: { method: string; path: string }) =>
      method === 'GET' && path.includes('/replicasets?') ? ({ do: 'deny' } as const) : undefined;
    const { left } = await sandbox.meeting(deny, () => clean('ownerless', '--dry-run client'));
    expect(left).toEqual([keeps('not everything in it can be seen: no permission to list replicasets.apps')]);
    expect((await clean('ownerless')).left).toEqual([]);
  });

  test('a group whose server does not answer keeps it as well', async () => {
    await setup('half-blind');
    const kubeconfig = await staleGroup(sandbox.kubeconfig);
    const { removed, left } = documentOf('Cleanup', await sandbox.run('cleanup -n half-blind -o json', { kubeconfig }));
    expect(removed.map(({ kind }: any) => kind)).toContain('TCPRoute');
    const found =
      'cannot ask which kinds the cluster serves in metrics.k8s.io/v1beta1: the server that has it does not answer';
    expect(left).toEqual([keeps(`not everything in it can be seen: ${found}`)]);
    expect((await clean('half-blind')).left).toEqual([]);
  });

  test('where what setup makes cannot be listed, nothing is removed', async () => {
    await setup('broken');
    const fail = ({ method, path }: { method: string; path: string }) =>
      method === 'GET' && path.includes('/deployments?') ? ({ do: 'answer', code: 500 } as const) : undefined;
    await sandbox.meeting(fail, async () => {
      const { exitCode, error } = await sandbox.refused('cleanup -n broken');
      expect(exitCode).toBe(5);
      expect(error).toMatch(/^cannot list deployments in namespace "broken": the API server answered 500: /);
    });
    expect((await clean('broken')).left).toEqual([]);
  });
});

/** A kubeconfig of the same cluster with an APIService whose server is down. */
async function staleGroup(kubeconfig: string): Promise<string> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const ca = Buffer.from(authority, 'base64');
  const proxy = createServer((incoming, response) => {
    const { method, headers, url } = incoming;
    const sent = request(
      `${server}${url}`,
      { method: method!, headers: { ...headers, host: '' }, ca },
      (answer) => void passOn(answer, url === '/apis', response),
    );
    incoming.pipe(sent);
  });
  const port = await listening(proxy);
  return writeKubeconfig({ cluster: { server: `http://127.0.0.1:${port}` }, user: users[0].user });
}

async function passOn(answer: IncomingMessage, isDiscovery: boolean, response: ServerResponse): Promise<void> {
  if (!isDiscovery) return void answer.pipe(response.writeHead(answer.statusCode!, answer.headers));
  const groups = JSON.parse(Buffer.concat(await answer.toArray()).toString());
  groups.items.push({ metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(groups));
}

test('what own templates add is removed as well, after what uses it', async () => {
  const folder = await templates();
  await setup('own', `--no-client --templates ${folder}`);
  const { removed, left } = await clean('own');
  expect(left).toEqual([]);
  const kinds = removed.map(({ kind }: any) => kind);
  expect([...new Set(kinds)]).toEqual([
    'TCPRoute',
    'Gateway',
    'LimitRange',
    'Deployment',
    'Service',
    'ConfigMap',
    'Secret',
    'Namespace',
  ]);
});

/** The built-in template of the workloads, and more. */
async function templates(): Promise<string> {
  const folder = await temporaryFolder();
  const name = join('workloads', 'tcp-echo.yaml');
  const builtIn = await readFile(join(packageRoot(), 'templates', name), 'utf8');
  const head = (apiVersion: string, kind: string) =>
    `\n---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: settings\n  namespace: {{ namespace }}\n`;
  const more = [
    `${head('v1', 'ConfigMap')}data:\n  a: b\n`,
    `${head('v1', 'Secret')}stringData:\n  a: b\n`,
    `${head('v1', 'LimitRange')}spec:\n  limits: []\n`,
  ];
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), builtIn + more.join(''));
  return folder;
}

describe('the lock of a route', () => {
  const lock = { namespace: 'locked', name: 'tcpshift-tcproute-theirs', ttlMs: 1000 };

  test('that a dead holder has left goes, and the namespace with it', async () => {
    await sandbox.other.create(asOurs(space('locked')));
    const spec = { holderIdentity: 'gone', leaseDurationSeconds: 1 };
    await sandbox.other.create(
      asOurs({
        ...made('coordination.k8s.io/v1', 'Lease', { spec }),
        metadata: { name: lock.name, namespace: 'locked' },
      }),
    );
    const { removed, left } = await clean('locked');
    expect({ kinds: removed.map(({ kind }: any) => kind), left }).toEqual({ kinds: ['Lease', 'Namespace'], left: [] });
  });

  test('that somebody holds stays, and so does the namespace', async () => {
    await sandbox.other.create(asOurs(space('locked')));
    const held = { ...lock, holder: 'ann@laptop' };
    const { left } = await withLease(sandbox.other, held, () => clean('locked'), systemClock);
    expect(left).toEqual([
      {
        ref: expect.objectContaining({ kind: 'Lease', name: lock.name }),
        why: expect.stringMatching(/^lease locked\/tcpshift-tcproute-theirs is held by "ann@laptop": renewed /),
      },
      keeps('somebody is at work in it'),
    ]);
    expect((await clean('locked')).left).toEqual([]);
  });
});
