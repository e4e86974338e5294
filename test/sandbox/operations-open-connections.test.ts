import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { OpenConnections } from '../../src/core/route/open-connections.ts';
import { ShiftError } from '../../src/errors.ts';
import { silentProgress, systemClock, type Io } from '../../src/io.ts';
import { readOpenConnections } from '../../src/operations/gateways/open-connections.ts';
import { findTarget, type Target } from '../../src/operations/route/target.ts';
import type { Session } from '../../src/operations/session.ts';
import { statusLines } from '../../src/report/status.ts';
import { readStatus } from '../../src/operations/status.ts';
import { connectTo } from '../helpers/cluster.ts';
import { checked } from '../helpers/documents.ts';
import { inProcess } from '../helpers/in-process.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';
import { dial, readLine } from '../helpers/tcp.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await testSandbox({ gatewayReplicas: 2, picker: 'round-robin', drainMs: 300 });
  await inProcess(['setup', '--port', String(sandbox.port), '--no-client'], sandbox.kubeconfig);
  await inProcess(['weight', 'v2=50'], sandbox.kubeconfig);
});

afterAll(() => sandbox.stop());

/** A session whose port-forwards go through this. */
async function session(portForward?: (connected: Cluster) => Cluster['portForward']): Promise<Session> {
  const connected = await connectTo({ kubeconfig: sandbox.kubeconfig });
  const cluster = portForward ? { ...connected, portForward: portForward(connected) } : connected;
  const io = { clock: systemClock, signal: new AbortController().signal } as Partial<Io> as Io;
  return { cluster, io, progress: silentProgress };
}

/** So many connections that echo servers answer, until the test is over. */
async function hold(count: number): Promise<Socket[]> {
  const held = await Promise.all(Array.from({ length: count }, () => dial(sandbox.port)));
  for (const socket of held) {
    socket.write('here\n');
    expect(await readLine(socket)).toMatch(/ here\n/);
    socket.resume();
  }
  onTestFinished(() => held.forEach((socket) => socket.destroy()));
  return held;
}

/** What is told once the gateways count so many in all: an end takes a moment to reach them. */
async function toldOf(open: number, target: Target, own: Session): Promise<OpenConnections> {
  return vi.waitFor(async () => {
    const told = (await readOpenConnections(target, own))!;
    expect(told.open).toBe(open);
    return told;
  });
}

test('the connections that a change will close are counted in every gateway, and are those that it closes', async () => {
  const own = await session();
  const target = await findTarget({ api: 'auto' }, own);
  const held = await hold(6);
  const told = await toldOf(6, target, own);
  expect(told.closedAfterMs).toEqual({ shortest: 300, longest: 300 });
  expect(told.pods.map(({ open, closedAfterMs }) => [open, closedAfterMs])).toEqual([
    [3, 300],
    [3, 300],
  ]);
  const byVersion = told.pods.flatMap(({ versions = [] }) => versions);
  expect(byVersion.reduce((sum, { open }) => sum + open, 0)).toBe(6);
  const status = await readStatus(target, own);
  checked('Status', { schemaVersion: 1, kind: 'Status', ...JSON.parse(JSON.stringify(status)) });
  expect(statusLines(status).at(-1)).toBe('Open connections: 6; a change of weights closes them 300ms later');

  const ended = Promise.all(held.map((socket) => once(socket, 'end')));
  await inProcess(['weight', 'v2=60', '--wait', 'programmed'], sandbox.kubeconfig);
  await ended;
  for (const socket of held) socket.destroy();
  await toldOf(0, target, own);
});

test('a gateway that cannot be asked is told of beside the others', async () => {
  let lost: string | undefined;
  const own = await session((connected) => (asked, signal) => {
    lost ??= asked.pod;
    if (asked.pod === lost) throw new ShiftError('notFound', `cannot forward a port to Pod ${lost}: not found`);
    return connected.portForward(asked, signal);
  });
  const target = await findTarget({ api: 'auto' }, own);
  await hold(4);
  const told = await toldOf(2, target, own);
  const problem = `cannot forward a port to Pod ${lost}: not found`;
  expect(told.pods.find(({ pod }) => pod === lost)).toMatchObject({ open: null, problem });
  expect(statusLines(await readStatus(target, own)).at(-1)).toBe(
    `Open connections: 2 without those of ${lost}; a change of weights closes them 300ms later`,
  );
});

test('where none can be asked, the reason is a result and no error', async () => {
  const refused = new ShiftError('forbidden', 'may not create pods/portforward');
  const own = await session(() => () => Promise.reject(refused));
  const target = await findTarget({ api: 'auto' }, own);
  const none = { open: null, closedAfterMs: null, problem: refused.message };
  expect(await readOpenConnections(target, own)).toMatchObject({ ...none, pods: [{ open: null }, { open: null }] });
  const status = await readStatus(target, own);
  expect(status.openConnections).toMatchObject(none);
  // The weights' own line has the reason already.
  expect(statusLines(status).at(-1)).toBe(`Weights in the gateways are not to be read: ${refused.message}`);

  const gatewayClass = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', name: 'istio' };
  const { cluster } = await session();
  const get: Cluster['get'] = async (ref) => {
    const found = await cluster.get(ref);
    if (ref.kind !== gatewayClass.kind) return found;
    return { ...found!, spec: { controllerName: 'traefik.io/gateway-controller' } };
  };
  const other = { ...own, cluster: { ...cluster, get } };
  expect(await readOpenConnections(target, other)).toEqual({
    ...none,
    pods: [],
    problem: 'tcpshift cannot ask the gateways of traefik.io/gateway-controller for their weights or connections',
  });
});
