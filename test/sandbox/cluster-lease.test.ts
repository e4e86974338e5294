import { expect, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { type LeaseRequest, withLease } from '../../src/cluster/lease.ts';
import { ShiftError } from '../../src/errors.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';
import { rig } from '../helpers/rig.ts';

const ann: LeaseRequest = { namespace: 'default', name: 'tcpshift-tcp-echo', holder: 'ann', ttlMs: 30_000 };
const bob: LeaseRequest = { ...ann, holder: 'bob' };
const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: ann.namespace, name: ann.name };

/** A promise that the test resolves. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Ann's run, which holds the lease until `leave` is called. */
async function annHolds(cluster: Cluster, clock = manualClock()) {
  const [inside, out] = [gate(), gate()];
  let lost: AbortSignal | undefined;
  const done = withLease(
    cluster,
    ann,
    async (signal) => {
      lost = signal;
      inside.open();
      await out.opened;
      return 'done';
    },
    clock,
  );
  await inside.opened;
  return { clock, lost: lost!, leave: () => (out.open(), done) };
}

test('the lease is there while the work runs, and gone after it', async () => {
  const { cluster } = await rig();
  const { leave, clock } = await annHolds(cluster);
  const lease = await cluster.get(ref);
  expect(lease).toMatchObject({
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'tcpshift' } },
    spec: { holderIdentity: 'ann', leaseDurationSeconds: 30, leaseTransitions: 0 },
  });
  expect(lease?.spec.renewTime).toBe(`${new Date(clock.now()).toISOString().slice(0, -1)}000Z`);
  expect(await leave()).toBe('done');
  expect(await cluster.get(ref)).toBeUndefined();
});

test('a second operator is told who holds it, and nothing of his runs', async () => {
  const { cluster, other } = await rig();
  const { clock, leave } = await annHolds(cluster);
  clock.advance(1000);
  const error = await rejection(withLease(other, bob, () => Promise.reject(new Error('ran')), clock));
  expect(error).toMatchObject({ kind: 'locked', exitCode: 4 });
  expect(error.message).toBe('lease default/tcpshift-tcp-echo is held by "ann", for another 29 s unless it is renewed');
  expect(await leave()).toBe('done');
});

test('of two that start at the same moment one gets it', async () => {
  const { cluster, other } = await rig();
  const [over, clock] = [gate(), manualClock()];
  const runs = [withLease(cluster, ann, () => over.opened, clock), withLease(other, bob, () => over.opened, clock)];
  const loser = await Promise.race(
    runs.map((run) =>
      run.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  expect(loser).toMatchObject({ kind: 'locked' });
  over.open();
  const ends = await Promise.allSettled(runs);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('it is renewed while the work runs', async () => {
  const { cluster, other } = await rig();
  const { clock, leave } = await annHolds(cluster);
  const start = clock.now();
  for (const elapsed of [10_000, 20_000, 30_000]) {
    await clock.asleep(10_000);
    clock.advance(10_000);
    const renewed = (lease: any) => Date.parse(lease?.spec.renewTime) === start + elapsed;
    await other.waitFor(ref, renewed, { timeoutMs: 5000 });
  }
  expect(await leave()).toBe('done');
  expect(await cluster.get(ref)).toBeUndefined();
});

test('after its time it can be taken over, and the first holder learns it and leaves it alone', async () => {
  const { cluster, other } = await rig();
  const { clock, lost, leave } = await annHolds(cluster);
  const later = manualClock();
  later.advance(30_000);
  await withLease(
    other,
    bob,
    async () => {
      expect((await other.get(ref))?.spec).toMatchObject({ holderIdentity: 'bob', leaseTransitions: 1 });
      const abort = new Promise((resolve) => lost.addEventListener('abort', resolve));
      await clock.asleep(10_000);
      clock.advance(10_000);
      await abort;
      expect(lost.reason).toMatchObject({ kind: 'locked', message: expect.stringContaining('is held by "bob"') });
      await leave();
      expect(await other.get(ref)).toBeDefined();
    },
    later,
  );
  expect(await other.get(ref)).toBeUndefined();
});

test('it is given back when the work fails, and after an abort', async () => {
  const { cluster } = await rig();
  const stop = new AbortController();
  const reason = new ShiftError('interrupted', 'interrupted');
  const work = () => {
    stop.abort(reason);
    return Promise.reject(reason);
  };
  await expect(withLease(cluster.withSignal(stop.signal), ann, work, manualClock())).rejects.toBe(reason);
  expect(await cluster.get(ref)).toBeUndefined();
});

test('a failed renewal is tried again until the time is over', async () => {
  const { cluster, meet } = await rig();
  const { clock, lost, leave } = await annHolds(cluster);
  const failNext = async () => {
    await clock.asleep(10_000);
    meet('PATCH', { do: 'answer', code: 500 });
    clock.advance(10_000);
  };
  await failNext();
  await failNext();
  await clock.asleep(10_000);
  expect(lost.aborted).toBe(false);
  const abort = new Promise((resolve) => lost.addEventListener('abort', resolve));
  await failNext();
  await abort;
  expect(lost.reason).toMatchObject({
    kind: 'locked',
    message: expect.stringMatching(/^lease default\/tcpshift-tcp-echo could not be renewed for 30 s: cannot apply /),
  });
  await leave();
});
