import { expect, onTestFinished, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import type { StatusResult } from '../../src/core/route/status-result.ts';
import { connectTo } from '../helpers/cluster.ts';
import { inProcess } from '../helpers/in-process.ts';
import { service, tcpRoute } from '../helpers/manifests.ts';
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
