import { expect, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { type LeaseRequest, withLease } from '../../src/cluster/lease.ts';
import { ShiftError } from '../../src/errors.ts';
import { manualClock, type ManualClock } from '../helpers/manual-clock.ts';
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
async function annHolds(cluster: Cluster, clock: ManualClock = manualClock()) {
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

/** Lets the time of a living holder's next renewal come, once somebody else watches the lease. */
async function renewalComes(holder: ManualClock, other: ManualClock) {
  await other.asleep(30_000);
  other.advance(5000);
  await holder.asleep(5000);
  holder.advance(5000);
}

test('a second operator is told who holds it when that one is seen to live, and nothing of his runs', async () => {
  const { cluster, other } = await rig();
  const { clock, leave } = await annHolds(cluster);
  const mine = manualClock();
  const waits: unknown[] = [];
  const request = { ...bob, onWait: (...wait: unknown[]) => void waits.push(wait) };
  const refused = rejection(withLease(other, request, () => Promise.reject(new Error('ran')), mine));
  await renewalComes(clock, mine);
  expect(await refused).toMatchObject({
    kind: 'locked',
    exitCode: 4,
    message: 'lease default/tcpshift-tcp-echo is held by "ann": renewed 5s after it was found',
    hint: 'let "ann" finish, then run the command again',
  });
  expect(waits).toEqual([['ann', 30_000]]);
  expect(await leave()).toBe('done');
});

test.each([
  ['a day behind ours', -86_400_000],
  ['a day ahead of ours', 86_400_000],
])('a holder whose clock is %s is seen to live as any other', async (_, aheadMs) => {
  const { cluster, other } = await rig();
  const skewed = manualClock();
  const { leave } = await annHolds(cluster, { ...skewed, now: () => skewed.now() + aheadMs });
  const mine = manualClock();
  const refused = rejection(withLease(other, bob, () => Promise.reject(new Error('ran')), mine));
  await renewalComes(skewed, mine);
  expect((await refused).message).toContain('is held by "ann": renewed 5s after it was found');
  expect(await leave()).toBe('done');
});

test('what is given back while somebody waits for it is his', async () => {
  const { cluster, other } = await rig();
  const { leave } = await annHolds(cluster);
  const mine = manualClock();
  const taken = withLease(other, bob, async () => (await other.get(ref))?.spec.holderIdentity, mine);
  await mine.asleep(30_000);
  await leave();
  expect(await taken).toBe('bob');
});

test('of two that start at the same moment one gets it', async () => {
  const { cluster, other } = await rig();
  const [over, clock] = [gate(), manualClock()];
  const runs = [withLease(cluster, ann, () => over.opened, clock), withLease(other, bob, () => over.opened, clock)];
  const first = Promise.race(
    runs.map((run) =>
      run.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  await renewalComes(clock, clock);
  expect(await first).toMatchObject({ kind: 'locked' });
  over.open();
  const ends = await Promise.allSettled(runs);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('it is renewed while the work runs', async () => {
  const { cluster, other } = await rig();
  const { clock, leave } = await annHolds(cluster);
  const start = clock.now();
  for (const elapsed of [5000, 10_000, 15_000]) {
    await clock.asleep(5000);
    clock.advance(5000);
    const renewed = (lease: any) => Date.parse(lease?.spec.renewTime) === start + elapsed;
    await other.waitFor(ref, renewed, { timeoutMs: 5000 });
  }
  expect(await leave()).toBe('done');
  expect(await cluster.get(ref)).toBeUndefined();
});

test('unrenewed for its time it is taken over, and the first holder learns it and leaves it alone', async () => {
  const { cluster, other } = await rig();
  const { clock, lost, leave } = await annHolds(cluster);
  const later = manualClock();
  const bobs = withLease(
    other,
    bob,
    async () => {
      expect((await other.get(ref))?.spec).toMatchObject({ holderIdentity: 'bob', leaseTransitions: 1 });
      const abort = new Promise((resolve) => lost.addEventListener('abort', resolve));
      await clock.asleep(5000);
      clock.advance(5000);
      await abort;
      expect(lost.reason).toMatchObject({ kind: 'locked', message: expect.stringContaining('is held by "bob"') });
      await leave();
      expect(await other.get(ref)).toBeDefined();
    },
    later,
  );
  await later.asleep(30_000);
  later.advance(30_000);
  await bobs;
  expect(await other.get(ref)).toBeUndefined();
});

test('a renewal whose answer was lost is not taken for somebody else', async () => {
  const { cluster, other } = await rig();
  const { clock, lost, leave } = await annHolds(cluster);
  const start = clock.now();
  await clock.asleep(5000);
  const mine = (await other.get(ref))!;
  const spec = { ...mine.spec, renewTime: new Date(start + 1).toISOString().replace('Z', '000Z') };
  await other.apply({ ...mine, metadata: { name: ref.name, namespace: ref.namespace }, spec }, { force: true });
  clock.advance(5000);
  const next = clock.asleep(5000);
  const ended = new Promise((resolve) => lost.addEventListener('abort', resolve));
  await Promise.race([next, ended]);
  expect(lost.reason).toBeUndefined();
  clock.advance(5000);
  const renewed = (lease: any) => Date.parse(lease?.spec.renewTime) === start + 10_000;
  await other.waitFor(ref, renewed, { timeoutMs: 5000 });
  expect(await leave()).toBe('done');
  expect(await cluster.get(ref)).toBeUndefined();
});

test('who took it over cannot always be read, and yet it is lost', async () => {
  const { cluster, other, meet } = await rig();
  const { clock, lost, leave } = await annHolds(cluster);
  const abort = new Promise((resolve) => lost.addEventListener('abort', resolve));
  await clock.asleep(5000);
  const mine = (await other.get(ref))!;
  const theirs = { ...mine.spec, holderIdentity: 'bob' };
  await other.apply({ ...mine, metadata: { name: ref.name, namespace: ref.namespace }, spec: theirs }, { force: true });
  meet('GET', { do: 'answer', code: 500 });
  clock.advance(5000);
  await abort;
  expect(lost.reason).toMatchObject({
    kind: 'locked',
    message: 'lease default/tcpshift-tcp-echo is held by "somebody else": taken over from here',
  });
  await leave();
});

test('of two that wait for what a crashed holder left one gets it, and the other is told at once', async () => {
  const { cluster, other } = await rig();
  const left = { holderIdentity: 'ann', leaseDurationSeconds: 30, renewTime: '2020-01-01T00:00:00.000000Z' };
  const { apiVersion, kind, namespace, name } = ref;
  await other.create({ apiVersion, kind, metadata: { name, namespace }, spec: left });
  const [over, clock] = [gate(), manualClock()];
  const carol = { ...ann, holder: 'carol' };
  const runs = [bob, carol].map((request) => withLease(cluster, request, () => over.opened, clock));
  const refused = Promise.any(runs.map((run) => rejection(run)));
  await expect.poll(() => clock.slept.filter((ms) => ms === 30_000)).toHaveLength(2);
  clock.advance(30_000);
  expect((await refused).message).toMatch(/is held by "(bob|carol)": taken /);
  over.open();
  const ends = await Promise.allSettled(runs);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('whoever waits for it can stop waiting', async () => {
  const { cluster, other } = await rig();
  const { leave } = await annHolds(cluster);
  const [stop, mine] = [new AbortController(), manualClock()];
  const reason = new ShiftError('interrupted', 'interrupted');
  const waiting = withLease(other.withSignal(stop.signal), bob, () => Promise.reject(new Error('ran')), mine);
  const ended = waiting.catch((error: unknown) => error);
  await mine.asleep(30_000);
  stop.abort(reason);
  expect(await ended).toBe(reason);
  expect(await leave()).toBe('done');
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
    await clock.asleep(5000);
    meet('PATCH', { do: 'answer', code: 500 });
    clock.advance(5000);
  };
  for (let failures = 0; failures < 5; failures++) await failNext();
  await clock.asleep(5000);
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

test('a renewal that is never answered is given up when the time is over', async () => {
  const { cluster, meet } = await rig();
  const { clock, lost, leave } = await annHolds(cluster);
  await clock.asleep(5000);
  meet('PATCH', { do: 'delay', ms: 3_600_000 });
  clock.advance(5000);
  await clock.asleep(25_000);
  const abort = new Promise((resolve) => lost.addEventListener('abort', resolve));
  clock.advance(25_000);
  await abort;
  expect(lost.reason).toMatchObject({
    kind: 'locked',
    message: 'lease default/tcpshift-tcp-echo could not be renewed for 30 s: no answer',
  });
  await leave();
});

test('a lease that is meant to last for weeks is neither waited for that long nor taken over', async () => {
  const { cluster, other } = await rig();
  const spec = { holderIdentity: 'eve', leaseDurationSeconds: 3_000_000, renewTime: '2029-12-31T23:59:59.000000Z' };
  const { name, namespace, ...ofLease } = ref;
  await other.create({ ...ofLease, metadata: { name, namespace }, spec });
  const clock = manualClock();
  const failure = rejection(withLease(cluster, bob, () => Promise.resolve('never'), clock));
  await clock.asleep(60_000);
  clock.advance(60_000);
  const { kind, message } = await failure;
  expect({ kind, message }).toEqual({
    kind: 'locked',
    message: expect.stringContaining('is held by "eve": not renewed in 1m, but meant to last 50000m'),
  });
  expect((await other.get(ref))?.spec.holderIdentity).toBe('eve');
});
