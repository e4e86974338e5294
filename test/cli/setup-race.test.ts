import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { extractOwned } from '../../src/core/owned-fields.ts';
import { freePort } from '../helpers/free-port.ts';
import { refusedBy } from '../helpers/refused.ts';
import { watchedSandbox, type WatchedSandbox } from '../helpers/watched-sandbox.ts';

const conflict = 4;
let sandbox: WatchedSandbox;

beforeAll(async () => {
  sandbox = await watchedSandbox();
});
afterAll(() => sandbox.stop());

const space = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const service = (namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'tcp-echo', namespace },
  spec: { ports: [{ port: 9000 }], selector: { app: 'theirs' } },
});
const serviceIn = (namespace: string) => ({ apiVersion: 'v1', kind: 'Service', name: 'tcp-echo', namespace });
const servicePath = (namespace: string) => `PATCH /api/v1/namespaces/${namespace}/services/tcp-echo` as const;
const routeIn = (namespace: string) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  name: 'tcp-echo',
  namespace,
});
/** A port for each namespace: that of one that is gone may be a moment in closing. */
const ports = new Map<string, number>();

async function setup(namespace: string): Promise<string> {
  const port = ports.get(namespace) ?? (await freePort());
  ports.set(namespace, port);
  return `setup -n ${namespace} --no-client --port ${port}`;
}

const cleanup = (namespace: string) => sandbox.done(`cleanup -n ${namespace}`);

test.each(['', ' --force-conflicts'])('a Service of somebody else that is made after the check%s', async (force) => {
  const namespace = `appears${force.replace(/\W+/g, '-')}`;
  await sandbox.other.create(space(namespace));
  let theirs: KubeObject | undefined;
  const result = await sandbox.raced((await setup(namespace)) + force, servicePath(namespace), async () => {
    theirs = await sandbox.other.create(service(namespace));
  });
  expect(refusedBy(result)).toEqual({
    exitCode: conflict,
    error: `Service tcp-echo in namespace ${namespace} appeared after the check, and tcpshift did not make it`,
    hint: 'choose another namespace with -n, or remove it',
  });
  expect(await sandbox.other.get(serviceIn(namespace))).toEqual(theirs);
  await cleanup(namespace);
  expect(await sandbox.other.get(serviceIn(namespace))).toEqual(theirs);
});

test('a namespace that somebody else makes after the check', async () => {
  let theirs: KubeObject | undefined;
  const result = await sandbox.raced(await setup('new'), 'PATCH /api/v1/namespaces/new', async () => {
    theirs = await sandbox.other.create(space('new'));
  });
  expect(refusedBy(result)).toEqual({
    exitCode: conflict,
    error: 'namespace new appeared after the check, and tcpshift did not make it',
    hint: 'run the command again to use it as it is, or choose another namespace with -n',
  });
  expect((await sandbox.other.get({ apiVersion: 'v1', kind: 'Namespace', name: 'new' }))!.metadata).toEqual(
    theirs!.metadata,
  );
});

test('an object of ours that is taken away, and made by somebody else, after the check', async () => {
  await sandbox.done(await setup('replaced'));
  let theirs: KubeObject | undefined;
  const result = await sandbox.raced(await setup('replaced'), servicePath('replaced'), async () => {
    const ours = await sandbox.other.get(serviceIn('replaced'));
    await sandbox.other.delete(serviceIn('replaced'), ours!.metadata.uid!);
    theirs = await sandbox.other.create(service('replaced'));
  });
  expect(refusedBy(result).error).toBe(
    'Service tcp-echo in namespace replaced appeared after the check, and tcpshift did not make it',
  );
  expect(await sandbox.other.get(serviceIn('replaced'))).toEqual(theirs);
  await sandbox.other.delete(serviceIn('replaced'), theirs!.metadata.uid!);
  await cleanup('replaced');
});

test('objects of ours that change, go, or come after the check are set up all the same', async () => {
  const touched = (ours: KubeObject, labels: Record<string, string>): KubeObject => ({
    apiVersion: ours.apiVersion,
    kind: ours.kind,
    metadata: { name: ours.metadata.name, namespace: 'moving', labels },
  });
  await sandbox.done(await setup('moving'));
  const changed = await sandbox.raced(await setup('moving'), servicePath('moving'), async () => {
    const ours = await sandbox.other.get(serviceIn('moving'));
    await sandbox.other.apply(touched(ours!, { team: 'db' }));
  });
  expect(changed).toMatchObject({ exitCode: 0 });
  const gone = await sandbox.raced(await setup('moving'), servicePath('moving'), async () => {
    const ours = await sandbox.other.get(serviceIn('moving'));
    await sandbox.other.delete(serviceIn('moving'), ours!.metadata.uid!);
  });
  expect(gone.exitCode).toBe(0);
  expect(gone.stdout).toMatch(/^service\/tcp-echo created$/m);
  const ours = await sandbox.other.get(serviceIn('moving'));
  await sandbox.other.delete(serviceIn('moving'), ours!.metadata.uid!);
  const come = await sandbox.raced(await setup('moving'), servicePath('moving'), () =>
    sandbox.other.apply(extractOwned(ours!, 'tcpshift'), { manager: 'tcpshift' }),
  );
  expect(come).toMatchObject({ exitCode: 0 });
  await cleanup('moving');
});

test('weights that somebody else changes after they were read', async () => {
  await sandbox.done(await setup('shifted'));
  const path = '/apis/gateway.networking.k8s.io/v1/namespaces/shifted/tcproutes/tcp-echo';
  let theirs: KubeObject | undefined;
  const result = await sandbox.raced(await setup('shifted'), `PATCH ${path}`, async () => {
    const { apiVersion, kind, metadata, spec } = (await sandbox.other.get(routeIn('shifted')))!;
    const { name, namespace } = metadata;
    const weights = [70, 30];
    const backendRefs = spec.rules[0].backendRefs.map((ref: object, at: number) => ({ ...ref, weight: weights[at] }));
    const moved = { apiVersion, kind, metadata: { name, namespace: namespace! }, spec: { rules: [{ backendRefs }] } };
    theirs = (await sandbox.other.apply(moved, { force: true })).object;
  });
  expect(refusedBy(result)).toEqual({
    exitCode: conflict,
    error: 'somebody else changed the weights of TCPRoute shifted/tcp-echo after the check: v1=70 v2=30',
    hint: 'run the command again: it keeps the weights that it finds',
  });
  expect((await sandbox.other.get(routeIn('shifted')))!.spec).toEqual(theirs!.spec);
  await cleanup('shifted');
});

test('a route that goes while its weights are being changed is not made anew', async () => {
  await sandbox.done(await setup('going'));
  const path = '/apis/gateway.networking.k8s.io/v1/namespaces/going/tcproutes/tcp-echo';
  const result = await sandbox.raced('weight v2=20 -n going', `PATCH ${path}`, async () => {
    const route = await sandbox.other.get(routeIn('going'));
    await sandbox.other.delete(routeIn('going'), route!.metadata.uid!);
  });
  expect(refusedBy(result)).toMatchObject({
    exitCode: conflict,
    error: 'TCPRoute tcp-echo was deleted while its weights were being changed',
  });
  expect(await sandbox.other.get(routeIn('going'))).toBeUndefined();
  await cleanup('going');
});
