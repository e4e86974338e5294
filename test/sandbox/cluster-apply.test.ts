import { expect, test } from 'vitest';
import { extractOwned } from '../../src/core/owned-fields.ts';
import { configMap } from '../helpers/api.ts';
import { rejection } from '../helpers/refusal.ts';
import { rig } from '../helpers/rig.ts';

const wanted = (data: Record<string, string>) => configMap('a', data);

test('what our manager owns can be applied again, with a change, and loses nothing', async () => {
  const { cluster, other } = await rig();
  await cluster.apply(wanted({ x: '1', y: '1' }));
  const { object } = await other.apply(wanted({ z: '9' }));
  const owned = extractOwned(object, 'tcpshift');
  expect(owned['data']).toEqual({ x: '1', y: '1' });
  const after = await cluster.apply({ ...owned, data: { ...owned['data'], x: '2' } });
  expect(after.object['data']).toEqual({ x: '2', y: '1', z: '9' });
});

test('a conflict names owner and field; force takes it over; a stale version is refused', async () => {
  const { cluster, other } = await rig();
  const { object } = await other.apply(wanted({ x: '1' }));
  const conflict = await rejection(cluster.apply(wanted({ x: '2' })));
  expect(conflict).toMatchObject({ kind: 'conflict', exitCode: 4 });
  expect(conflict.message).toBe('cannot apply ConfigMap a: other managers own .data.x (by "argo")');
  expect((await cluster.apply(wanted({ x: '2' }), { force: true })).object['data']).toEqual({ x: '2' });
  const stale = await rejection(cluster.apply(wanted({ x: '3' }), { seen: object.metadata }));
  expect(stale).toMatchObject({ kind: 'stale', hint: 'run the command again' });
});

test('an unknown field is refused, by name', async () => {
  const { cluster } = await rig();
  const { kind, message } = await rejection(cluster.apply({ ...wanted({}), dat: {} }));
  expect(kind).toBe('cluster');
  expect(message).toMatch(/unknown field "dat"|\.dat: field not declared in schema/);
});

test('an apply to nothing creates, owns its fields as any apply does, and leaves what is there', async () => {
  const { cluster, other, meet } = await rig();
  meet('PATCH', { do: 'reset', when: 'after' });
  const { object, change } = await cluster.apply(wanted({ x: '1' }), { seen: 'nothing' });
  expect(change).toBe('created');
  const owners = object.metadata.managedFields!.map(({ manager, operation }) => [manager, operation]);
  expect(owners).toEqual([['tcpshift', 'Apply']]);
  expect((await cluster.apply(wanted({ y: '1' }), { seen: object.metadata })).object['data']).toEqual({ y: '1' });

  const theirs = await other.create(configMap('b', { x: '1' }));
  for (const force of [false, true]) {
    const refused = await rejection(cluster.apply(configMap('b', { x: '1' }), { seen: 'nothing', force }));
    expect(refused).toMatchObject({ kind: 'stale', exitCode: 4 });
  }
  expect(await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'b' })).toEqual(theirs);
});

test('an apply to an object that is gone is stale', async () => {
  const { cluster, other } = await rig();
  const { object } = await cluster.apply(wanted({ x: '1' }));
  const named = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' };
  await other.delete(named, object.metadata.uid!);
  expect((await rejection(cluster.apply(wanted({ x: '2' }), { seen: object.metadata }))).kind).toBe('stale');
  expect(await cluster.get(named)).toBeUndefined();
});
