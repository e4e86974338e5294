import { writeFile, mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../helpers/cluster.ts';
import { watchedSandbox, type WatchedSandbox } from '../helpers/watched-sandbox.ts';

const [usage, conflict, cluster, unreachable] = [2, 4, 5, 6];
let sandbox: WatchedSandbox;

beforeAll(async () => {
  sandbox = await watchedSandbox();
});
afterAll(() => sandbox.stop());

function made(namespace: string, kind: string, name: string, rest: object = {}): any {
  return { apiVersion: 'v1', kind, metadata: { name, namespace }, ...rest };
}

async function makeNamespace(name: string): Promise<void> {
  await sandbox.other.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

test('a GatewayClass that does not exist', async () => {
  expect(await sandbox.refused('setup --gateway-class nope')).toEqual({
    exitCode: cluster,
    error: 'GatewayClass nope does not exist; the cluster has istio',
    hint: 'choose one of them with --gateway-class',
  });
});

test('an ingress gateway that does not expose the port', async () => {
  const port = sandbox.port === 9999 ? 9998 : 9999;
  const { exitCode, error, hint } = await sandbox.refused(`setup --api istio --port ${port}`);
  expect({ exitCode, error }).toEqual({
    exitCode: unreachable,
    error: `Service istio-system/istio-ingressgateway does not expose port ${port}`,
  });
  expect(hint).toBe(
    `add the port: kubectl patch service istio-ingressgateway -n istio-system --type=json -p '[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-${port}","port":${port},"targetPort":${port},"protocol":"TCP"}}]'`,
  );
});

test('objects of the same names that somebody else made', async () => {
  await makeNamespace('taken');
  const spec = { ports: [{ port: 9000 }] };
  await sandbox.other.apply(made('taken', 'Service', 'tcp-echo', { spec }));
  await sandbox.other.apply(made('taken', 'ServiceAccount', 'curl'));
  expect(await sandbox.refused('setup -n taken')).toEqual({
    exitCode: conflict,
    error:
      'ServiceAccount curl exists in namespace taken, and tcpshift did not make it; Service tcp-echo exists in namespace taken, and tcpshift did not make it',
    hint: 'choose another namespace with -n, or remove it',
  });
});

test('a namespace that is being deleted', async () => {
  await makeNamespace('ending');
  const held = made('ending', 'ConfigMap', 'held');
  await sandbox.other.apply({ ...held, metadata: { ...held.metadata, finalizers: ['test.io/hold'] } });
  const space = { apiVersion: 'v1', kind: 'Namespace', name: 'ending' };
  await sandbox.other.delete(space, (await sandbox.other.get(space))!.metadata.uid!);
  await sandbox.other.waitFor(space, (now) => now?.status?.phase === 'Terminating', { timeoutMs: 5000 });
  expect(await sandbox.refused('setup -n ending')).toEqual({
    exitCode: conflict,
    error: 'namespace ending is being deleted',
    hint: 'run the command again when it is gone: kubectl wait --for=delete namespace/ending',
  });
});

/** A port that this process listens on until the test ends. */
async function taken(): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('a port that another process listens on', async () => {
  const port = await taken();
  const { exitCode, stdout, stderr } = await sandbox.run(`setup -n busy --port ${port}`);
  expect({ exitCode, stdout }).toEqual({ exitCode: cluster, stdout: '' });
  expect(stderr).toMatch(/^error: Gateway tcp-echo-gateway is not Programmed: /m);
  expect(stderr).toContain(`(pid ${process.pid})`);
  expect(stderr).toMatch(/^hint: choose another port with --port$/m);
});

test('an ingress gateway whose load balancer has no address', async () => {
  const other = await watchedSandbox({ ingressPort: await taken() });
  onTestFinished(() => other.stop());
  await other.done(`setup --api istio --port ${other.port}`);
  const { exitCode, error, hint } = await other.refused('probe --from local');
  expect({ exitCode, hint }).toEqual({
    exitCode: unreachable,
    hint: 'probe with --from port-forward, or wait for the load balancer; on minikube: minikube tunnel',
  });
  expect(error).toBe(
    `Service istio-system/istio-ingressgateway has no external address yet (PortUnavailable: port ${other.port} on 127.0.0.1 is in use by node (pid ${process.pid}))`,
  );
});

test('templates that make no route', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'gateway-api'));
  await writeFile(join(folder, 'gateway-api', 'tcp-route.yaml'), '# none\n');
  const { exitCode, error } = await sandbox.refused(`setup -n templates --templates ${folder}`);
  expect({ exitCode, error }).toEqual({
    exitCode: usage,
    error: `--templates ${folder} makes no TCPRoute tcp-echo in namespace templates`,
  });
});

test('a cleanup where nothing is', async () => {
  const result = await sandbox.run('cleanup -n nowhere');
  expect(result).toMatchObject({ exitCode: 0, stdout: "Nothing of tcpshift's in namespace nowhere\n" });
});

describe('kinds that the cluster does not serve', () => {
  const remove = async (name: string): Promise<void> => {
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
    await sandbox.other.delete(crd, (await sandbox.other.get(crd))!.metadata.uid!);
    await sandbox.other.waitFor(crd, (now) => now === undefined, { timeoutMs: 5000 });
  };
  const install =
    'install them: kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.0/experimental-install.yaml';

  test('are named for the API that was asked for, with the way to get them', async () => {
    await remove('tcproutes.gateway.networking.k8s.io');
    expect(await sandbox.refused('setup --api gateway-api')).toEqual({
      exitCode: cluster,
      error: 'the cluster does not serve TCPRoute of gateway.networking.k8s.io',
      hint: install,
    });
  });

  test('are named for both APIs where neither is whole', async () => {
    await remove('destinationrules.networking.istio.io');
    const found =
      'the cluster does not serve TCPRoute of gateway.networking.k8s.io, nor DestinationRule of networking.istio.io';
    for (const line of ['setup', 'weight v2=20', 'status'])
      expect(await sandbox.refused(line)).toEqual({ exitCode: cluster, error: found, hint: install });
  });
});
