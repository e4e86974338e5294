import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { istio } from '../../src/routing/istio/istio.ts';
import type { MemoryCluster } from '../helpers/memory-reader.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { ingressPod, ingressService, istioGateway, toSubset, virtualService } from '../helpers/routes.ts';

/** The Service is in namespace db, the route in its own, the gateway's pods in istio-ingress. */
const host = 'tcp-echo.db.svc.cluster.local';
const [client, owner, root] = ['istio-ingress', 'db', 'istio-system'];

function inNamespace(namespace: string, object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

interface RuleParts {
  host?: string;
  exportTo?: string[];
  /** The subset that the rule has; v1 where absent. */
  subset?: string;
  name?: string;
  created?: string;
  spec?: object;
}

/** A rule in this namespace, whose only subset has a label that tells where it came from. */
function rule(namespace: string, origin: string, parts: RuleParts = {}): KubeObject {
  const { subset = 'v1', name = origin, created, exportTo, spec } = parts;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name, namespace, ...(created === undefined ? {} : { creationTimestamp: created }) },
    spec: {
      host: parts.host ?? host,
      subsets: [{ name: subset, labels: { origin } }],
      ...(exportTo ? { exportTo } : {}),
      ...spec,
    },
  };
}

const tcp = [{ route: ['v1', 'v2'].map((subset) => ({ destination: { host, subset }, weight: 1 })) }];
const around = [istioGateway(), ingressPod(client), inNamespace(client, ingressService())];

/** Where the labels of v1 and v2 come from, as far as they are found. */
async function origins(rules: KubeObject[], cluster: Partial<MemoryCluster> = {}, route = virtualService(tcp)) {
  const reader = memoryReader({ objects: [...around, ...rules], ...cluster });
  const found = await istio.subsetLabels(istio.readRoute(route), reader);
  return Object.fromEntries([...found].map(([version, labels]) => [version, labels['origin']]));
}

describe('a subset is looked for', () => {
  const [inClient, inOwner, inRoot] = [rule(client, 'client'), rule(owner, 'owner'), rule(root, 'root')];

  test('in the namespace of the gateway pods, then of the Service, then in the root namespace', async () => {
    expect(await origins([inRoot, inOwner, inClient])).toEqual({ v1: 'client' });
    expect(await origins([inRoot, inOwner])).toEqual({ v1: 'owner' });
    expect(await origins([inRoot])).toEqual({ v1: 'root' });
    expect(await origins([])).toEqual({});
  });

  test("not in the route's namespace, nor in any other", async () => {
    expect(await origins([rule(istioGateway().metadata.namespace!, 'route'), rule('other', 'other')])).toEqual({});
  });

  test('no further than in the first namespace with a rule for the host', async () => {
    expect(await origins([rule(client, 'client', { subset: 'v2' }), inOwner])).toEqual({ v2: 'client' });
    expect(await origins([rule(client, 'client', { host: '*' }), inOwner])).toEqual({ v1: 'client' });
    expect(await origins([rule(client, 'client', { host: '*.other' }), inOwner])).toEqual({ v1: 'owner' });
  });

  test("for sidecars from the route's own namespace", async () => {
    const route = virtualService(tcp, { gateways: ['mesh'] });
    const own = route.metadata.namespace!;
    expect(await origins([inClient, rule(own, 'route'), inOwner], {}, route)).toEqual({ v1: 'route' });
  });

  test("from the route's own namespace where no gateway pod can be found", async () => {
    const route = virtualService(tcp);
    const rules = [inClient, rule(route.metadata.namespace!, 'route'), inOwner];
    expect(await origins(rules, { objects: rules })).toEqual({ v1: 'route' });
  });

  test('among its namesakes by the host in full', async () => {
    expect(await origins([rule(owner, 'owner', { host: 'tcp-echo' })])).toEqual({ v1: 'owner' });
    expect(await origins([rule(root, 'root', { host: 'tcp-echo' })])).toEqual({});
  });

  test('not where the route names none', async () => {
    const { subset: _, ...destination } = toSubset('v1').destination;
    expect(await origins([inOwner], {}, virtualService([{ route: [{ destination }] }]))).toEqual({});
  });
});

describe('of several hosts that fit', () => {
  const hosts = ['*', '*.local', '*.db.svc.cluster.local', host];

  test.each(hosts.map((_, index) => hosts.slice(0, index + 1)))('the most specific counts: %j', async (...given) => {
    const rules = given.map((each) => rule(owner, each, { host: each, name: `rule-${each.length}` }));
    expect(await origins(rules)).toEqual({ v1: given.at(-1) });
  });

  test('rules for the same one are merged; the older counts where both have the subset', async () => {
    const older = rule(owner, 'older', { created: '2026-01-01T00:00:00Z', name: 'z' });
    const younger = rule(owner, 'younger', { created: '2026-01-02T00:00:00Z', name: 'a' });
    const other = rule(owner, 'other', { created: '2026-01-03T00:00:00Z', subset: 'v2' });
    expect(await origins([younger, other, older])).toEqual({ v1: 'older', v2: 'other' });
  });
});

describe('a rule counts only where it is exported to:', () => {
  test.each<[exportTo: string[], counts: boolean]>([
    [[], true],
    [['*'], true],
    [[client], true],
    [['other', client], true],
    [['.'], false],
    [[owner], false],
    [['other'], false],
    [['.', 'other'], false],
  ])("the Service's, exported to %j: %s", async (exportTo, counts) => {
    const rules = [rule(owner, 'owner', { exportTo }), rule(root, 'root')];
    expect(await origins(rules)).toEqual({ v1: counts ? 'owner' : 'root' });
  });

  test.each<[exportTo: string[], counts: boolean]>([
    [['.'], true],
    [[client], true],
    [['*'], true],
    [['other'], false],
  ])("the client's own, exported to %j: %s", async (exportTo, counts) => {
    const rules = [rule(client, 'client', { exportTo }), rule(root, 'root')];
    expect(await origins(rules)).toEqual({ v1: counts ? 'client' : 'root' });
  });

  test('not where it is meant for chosen workloads', async () => {
    const chosen = rule(owner, 'owner', { spec: { workloadSelector: { matchLabels: { app: 'pg' } } } });
    expect(await origins([chosen, rule(root, 'root')])).toEqual({ v1: 'root' });
  });
});

describe('the root namespace', () => {
  const meshConfig = (mesh?: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: root },
    data: mesh === undefined ? {} : { mesh },
  });

  test('is what the mesh configuration says', async () => {
    const config = meshConfig('accessLogFile: /dev/stdout\nrootNamespace: mesh-config\n');
    expect(await origins([config, rule('mesh-config', 'named'), rule(root, 'usual')])).toEqual({ v1: 'named' });
  });

  test.each([undefined, '', 'enableTracing: true', '- rootNamespace', ': [', 'rootNamespace: ""'])(
    'is the usual one where it says %j',
    async (mesh) => {
      expect(await origins([meshConfig(mesh), rule(root, 'usual')])).toEqual({ v1: 'usual' });
    },
  );

  test("hides the Service's rules by none but its private ones, where the gateway runs in it", async () => {
    const objects = [istioGateway(), ingressPod(root), ingressService(), rule(owner, 'owner')];
    const at = (exportTo: string[]) =>
      origins([], { objects: [...objects, rule(root, 'root', { host: '*', exportTo })] });
    expect(await at(['*'])).toEqual({ v1: 'owner' });
    expect(await at([])).toEqual({ v1: 'owner' });
    expect(await at(['.'])).toEqual({ v1: 'root' });
  });
});

test("rules that the user may not list count as none, but for the Service's own", async () => {
  const rules = [rule(client, 'client'), rule(owner, 'owner'), rule(root, 'root')];
  const reader = memoryReader({ objects: [...around, ...rules] });
  const forbidding = (...namespaces: string[]) =>
    istio.subsetLabels(istio.readRoute(virtualService(tcp)), {
      ...reader,
      list: (kind, options) =>
        kind.kind === 'DestinationRule' && namespaces.includes(options?.namespace ?? '')
          ? memoryReader({ objects: [], forbidden: namespaces }).list(kind, options)
          : reader.list(kind, options),
    });
  expect((await forbidding(client, root)).get('v1')).toEqual({ origin: 'owner' });
  await expect(forbidding(owner)).rejects.toMatchObject({ kind: 'forbidden' });
});
