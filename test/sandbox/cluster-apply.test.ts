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
  const stale = await rejection(
    cluster.apply(wanted({ x: '3' }), { resourceVersion: object.metadata.resourceVersion! }),
  );
  expect(stale).toMatchObject({ kind: 'stale', hint: 'run the command again' });
});

test('an unknown field is refused, by name', async () => {
  const { cluster } = await rig();
  const { kind, message } = await rejection(cluster.apply({ ...wanted({}), dat: {} }));
  expect(kind).toBe('cluster');
  expect(message).toMatch(/unknown field "dat"|\.dat: field not declared in schema/);
});
