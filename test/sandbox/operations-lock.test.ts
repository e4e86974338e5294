import { expect, test } from 'vitest';
import { refOf } from '../../src/core/objects.ts';
import type { Io, Progress } from '../../src/io.ts';
import { holdingRoute } from '../../src/operations/route/lock.ts';
import { sessionUntil, type Session } from '../../src/operations/session.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { tcpRoute } from '../helpers/manifests.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';
import { rig } from '../helpers/rig.ts';

const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  name: 'tcpshift-tcproute-tcp-echo',
  namespace: 'default',
};

async function heldSession() {
  const { cluster, other } = await rig();
  const clock = manualClock(() => false);
  const { signal } = new AbortController();
  const io = { clock, signal, identity: 'ann@laptop, process 1', env: {} } as Partial<Io> as Io;
  const progress = { note() {}, warn() {}, detail() {} } as Partial<Progress> as Progress;
  const session: Session = { cluster, io, progress };
  const object = tcpRoute([
    { name: 'tcp-echo-v1', weight: 100 },
    { name: 'tcp-echo-v2', weight: 0 },
  ]);
  const placed = { ...object, metadata: { ...object.metadata, namespace: 'default' } };
  const { object: route } = await cluster.apply(placed);
  const api = routingApis['gateway-api'];
  return { session, other, clock, target: { api, view: api.readRoute(route), namespace: 'default' } };
}

test('work on a route ends when its lock is lost to somebody else', async () => {
  const { session, other, clock, target } = await heldSession();
  let begun = (): void => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  const work = holdingRoute(target, session, async ({ lost }) => {
    const held = sessionUntil(session, lost);
    begun();
    const never = () => false;
    await held.cluster.waitFor(refOf(target.view.object), never, { timeoutMs: 600_000 });
  });
  const failure = rejection(work);
  await started;
  const mine = (await other.get(lease))!;
  const theirs = { ...mine.spec, holderIdentity: 'bob@desk, process 2' };
  await other.apply({ ...mine, metadata: { name: lease.name, namespace: 'default' }, spec: theirs }, { force: true });
  clock.advance(60_000);
  expect(await failure).toMatchObject({ kind: 'locked' });
});

test('the lock lasts as long as the work, and is given back after it', async () => {
  const { session, other, target } = await heldSession();
  const during = await holdingRoute(target, session, () => other.get(lease));
  expect(during?.spec).toMatchObject({ holderIdentity: 'ann@laptop, process 1' });
  expect(await other.get(lease)).toBeUndefined();
});
