import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { systemClock, type Io, type Progress } from '../../src/io.ts';
import { waitProgrammed } from '../../src/operations/gateways/programmed.ts';
import { readProxies } from '../../src/operations/gateways/weights.ts';
import { findTarget } from '../../src/operations/route/target.ts';
import { readStatus, readStatuses } from '../../src/operations/status.ts';
import { connectTo } from '../helpers/cluster.ts';
import { inProcess } from '../helpers/in-process.ts';
import { rejection } from '../helpers/refusal.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await testSandbox({ gatewayReplicas: 2, propagationDelayMs: 300 });
  await inProcess(['setup', '--port', String(sandbox.port), '--no-client'], sandbox.kubeconfig);
});

afterAll(() => sandbox.stop());

/** A session that keeps what it forwards. */
async function countingSession() {
  const connected = await connectTo({ kubeconfig: sandbox.kubeconfig });
  const streams: Duplex[] = [];
  const portForward: Cluster['portForward'] = async (...asked) => {
    const stream = await connected.portForward(...asked);
    streams.push(stream);
    return stream;
  };
  const io = { clock: systemClock, signal: new AbortController().signal } as Partial<Io> as Io;
  const progress = { detail: () => {} } as Partial<Progress> as Progress;
  return { session: { cluster: { ...connected, portForward }, io, progress }, streams };
}

const split = (v1: number, v2: number) => [
  { version: 'v1', weight: v1 },
  { version: 'v2', weight: v2 },
];

test('a whole wait for new weights forwards one connection a proxy, and ends it', async () => {
  const { session, streams } = await countingSession();
  const target = await findTarget({ api: 'auto' }, session);
  const started = systemClock.monotonic();
  await inProcess(['weight', 'v2=20', '--wait', 'none'], sandbox.kubeconfig);
  const programmed = await waitProgrammed(target, split(80, 20), { timeoutMs: 10_000 }, session);
  expect(programmed).toHaveLength(2);
  // The second replica obeys after twice the delay: it was asked again and again.
  expect(systemClock.monotonic() - started).toBeGreaterThan(300);
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('a wait in vain forwards no more', async () => {
  const { session, streams } = await countingSession();
  const target = await findTarget({ api: 'auto' }, session);
  expect((await rejection(waitProgrammed(target, split(1, 99), { timeoutMs: 1200 }, session))).kind).toBe('timeout');
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('a look at the weights forwards one connection a proxy, and ends it', async () => {
  const { session, streams } = await countingSession();
  const proxies = await readProxies(await findTarget({ api: 'auto' }, session), session);
  expect(proxies).toHaveLength(2);
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('the status of many routes asks each proxy once, and tells what each status by itself tells', async () => {
  const { session, streams } = await countingSession();
  const target = await findTarget({ api: 'auto' }, session);
  const alone = await readStatus(target, session);
  expect(alone.proxies).toHaveLength(2);
  const before = streams.length;
  expect(await readStatuses([target, target, target], session)).toEqual([alone, alone, alone]);
  expect(streams.slice(before).map(({ destroyed }) => destroyed)).toEqual([true, true]);
});
