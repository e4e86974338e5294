import { expect, onTestFinished, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import type { StatusResult } from '../../src/core/route/status-result.ts';
import { statusLines } from '../../src/report/status.ts';
import { connectTo } from '../helpers/cluster.ts';
import { inProcess } from '../helpers/in-process.ts';
import { destinationRule, echoDeployment, service, tcpRoute, virtualService } from '../helpers/manifests.ts';
import { testSandbox } from '../helpers/sandbox.ts';

function inNamespace(namespace: string, object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** What `status` says of a route in the namespace `default`, in a sandbox of these objects and the namespace `db`. */
async function statusOf(route: KubeObject, objects: readonly KubeObject[]): Promise<StatusResult> {
  const sandbox = await testSandbox();
  onTestFinished(() => sandbox.stop());
  const cluster = await connectTo({ kubeconfig: sandbox.kubeconfig });
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'db' } });
  for (const object of objects) await cluster.apply(object);
  for (const object of objects.filter(({ kind }) => kind === 'Deployment')) {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'db', name: object.metadata.name };
    await cluster.waitFor(ref, (now) => now?.status?.readyReplicas === 1, {
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    });
  }
  await cluster.apply(inNamespace('default', route));
  const words = ['status', `${route.kind.toLowerCase()}/tcp-echo`, '-n', 'default', '-o', 'json'];
  return JSON.parse((await inProcess(words, sandbox.kubeconfig)).stdout) as StatusResult;
}

test("a backend's Service in another namespace is told of where tcpshift did not make it", async () => {
  const route = tcpRoute([{ name: 'pg-blue', namespace: 'db' }, { name: 'pg-green' }]);
  const blue = inNamespace('db', service('pg-blue', { app: 'pg' }));
  const green = inNamespace('default', service('pg-green', { app: 'pg' }));
  const { foreign } = await statusOf(route, [blue, green]);
  expect(foreign.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([
    'TCPRoute default/tcp-echo',
    'Service db/pg-blue',
    'Service default/pg-green',
  ]);
});

test('subsets of a rule for all hosts of a namespace, in the root namespace, are counted', async () => {
  const route = virtualService(31400, { v1: 80, v2: 20 });
  for (const { destination } of route.spec.tcp[0].route) destination.host = 'tcp-echo.db.svc.cluster.local';
  const rule = inNamespace('istio-system', destinationRule('v1', 'v2'));
  rule.spec.host = '*.db.svc.cluster.local';
  const workloads = [
    echoDeployment('v1', 'one'),
    echoDeployment('v2', 'two'),
    service('tcp-echo', { app: 'tcp-echo' }),
  ];
  const { versions } = await statusOf(route, [rule, ...workloads.map((object) => inNamespace('db', object))]);
  expect(versions.map(({ version, readyPods, pods }) => [version, readyPods, pods])).toEqual([
    ['v1', 1, 1],
    ['v2', 1, 1],
  ]);
});

test('people are told the namespace of what lies in another one than the route', () => {
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'TCPRoute', name: 'pg', namespace: 'default' };
  const version = { weight: 1, share: 0.5, readyPods: 1, pods: 1, port: 9000 };
  const lines = statusLines({
    context: null,
    server: 'https://127.0.0.1:6443',
    route,
    api: 'gateway-api',
    ingress: null,
    ingressProblem: 'no address',
    versions: [
      { ...version, version: 'near', service: 'near', namespace: 'default' },
      { ...version, version: 'far', service: 'far', namespace: 'db' },
    ],
    conditions: [],
    proxies: null,
    proxiesProblem: 'none',
    openConnections: null,
    foreign: [route, { apiVersion: 'v1', kind: 'Service', name: 'far', namespace: 'db' }],
  });
  expect(lines.filter((line) => /far/.test(line))).toEqual([
    'Not ours: tcproute/pg, service/far in db',
    expect.stringMatching(/ db\/far:9000$/),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/ near:9000$/));
});
