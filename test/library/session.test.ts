import { getMaxListeners, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  askAbout,
  connect,
  findTarget,
  holdingRoute,
  parseAssignments,
  planVerification,
  readStatus,
  sessionUntil,
  shift,
  ShiftError,
} from '../../src/index.ts';
import { inProcess } from '../helpers/in-process.ts';
import { rejection } from '../helpers/refusal.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await testSandbox();
  await inProcess(['setup', '--port', `${sandbox.port}`], sandbox.kubeconfig);
});
afterAll(() => sandbox.stop());

it('looks nowhere for a kubeconfig unless an environment is handed to it', async () => {
  expect(await rejection(connect())).toMatchObject({
    kind: 'config',
    message: expect.stringContaining('neither KUBECONFIG nor HOME is set'),
  });
});

it('finds the cluster of an environment, and that of a kubeconfig', async () => {
  const { kubeconfig, server } = sandbox;
  const sessions = await Promise.all([connect({ kubeconfig }), connect({ env: { KUBECONFIG: kubeconfig } })]);
  expect(sessions.map(({ cluster }) => cluster.server)).toEqual([server, server]);
});

it('rejects with the reason of a signal that has aborted', async () => {
  const reason = new Error('not today');
  const { kubeconfig } = sandbox;
  await expect(connect({ kubeconfig, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it('ends the work of a session with its signal', async () => {
  const { kubeconfig } = sandbox;
  const stop = new AbortController();
  const session = await connect({ kubeconfig, signal: stop.signal });
  const target = await findTarget({}, session);
  const reason = new Error('enough');
  const working = holdingRoute(target, session, async () => {
    const reading = readStatus(target, session);
    stop.abort(reason);
    return reading;
  });
  await expect(working).rejects.toBe(reason);
});

it('keeps the deadline of a session, and that of some of its work', async () => {
  const { kubeconfig } = sandbox;
  const sessions = [
    await connect({ kubeconfig, signal: AbortSignal.timeout(200) }),
    sessionUntil(await connect({ kubeconfig }), AbortSignal.timeout(200)),
  ];
  const ends = sessions.map(({ io }) => once(io.signal, 'abort'));
  // What a turn of the event loop has looked at is not collected in that turn.
  await turn();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  await Promise.all(ends);
  expect(sessions.map(({ io }) => io.signal.reason.name)).toEqual(['TimeoutError', 'TimeoutError']);
});

it('leaves the signal as it is', async () => {
  const { signal } = new AbortController();
  const before = getMaxListeners(signal);
  await connect({ kubeconfig: sandbox.kubeconfig, signal });
  expect(getMaxListeners(signal)).toBe(before);
});

it('keeps two sessions of one process from changing a route at the same time', async () => {
  const { kubeconfig } = sandbox;
  const [holder, other] = [await connect({ kubeconfig, identity: 'release 42' }), await connect({ kubeconfig })];
  const target = await findTarget({}, other);
  const refused = await holdingRoute(target, holder, () =>
    rejection(shift(target, parseAssignments(['v2=20']), { wait: 'none' }, other)),
  );
  expect(refused).toMatchObject({ kind: 'locked', message: expect.stringContaining('release 42') });
});

it('refuses to plan for a question that decides nothing', () => {
  const split = [
    { version: 'v1', weight: 80 },
    { version: 'v2', weight: 20 },
  ];
  const asking = () => planVerification(askAbout(split, { tolerance: { amount: 0.001, relative: false } }));
  expect(asking).toThrow(ShiftError);
  expect(asking).toThrow(/^tolerance 0\.00001 for v1 cannot decide anything: it can be from [\d.]+ to 0\.99$/);
});
