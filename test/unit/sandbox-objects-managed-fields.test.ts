import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { serverSideApply } from '../../src/sandbox/objects/apply.ts';
import { builtinKinds, bundledCrds, kindsOf } from '../../src/sandbox/objects/kinds.ts';
import { trackUpdate } from '../../src/sandbox/objects/managed-fields.ts';

const kinds = [...builtinKinds, ...bundledCrds().flatMap(kindsOf)];
const route = kinds.find(({ kind, version }) => kind === 'TCPRoute' && version === 'v1')!;
const deployment = kinds.find(({ kind }) => kind === 'Deployment')!;
const noon = Date.parse('2026-01-01T12:00:00Z');

const object = (spec: object, more: object = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  metadata: { name: 'r', uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
  spec,
  ...more,
});

const owners = (tracked: KubeObject) =>
  Object.fromEntries(
    (tracked.metadata.managedFields ?? []).map(({ manager, subresource, fieldsV1 }) => [
      `${manager}${subresource ? `/${subresource}` : ''}`,
      fieldsV1,
    ]),
  );

test('a create gives its manager everything but what the server sets', () => {
  const tracked = trackUpdate({ after: object({ rules: [] }), kind: route, manager: 'kubectl-create', now: noon });
  expect(tracked.metadata.managedFields).toEqual([
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { '.': {}, 'f:rules': {} } },
      manager: 'kubectl-create',
      operation: 'Update',
      time: '2026-01-01T12:00:00Z',
    },
  ]);
});

test('an update takes what it changes from its owner, and leaves the rest', () => {
  const before = serverSideApply({
    applied: object({ rules: [{ backendRefs: [] }], useDefaultGateways: 'All' }),
    kind: route,
    manager: 'tcpshift',
    force: false,
    now: noon,
  }).object;
  const after = { ...before, spec: { ...before.spec, rules: [] } };
  const tracked = trackUpdate({ before, after, kind: route, manager: 'argo', now: noon + 1000 });
  expect(owners(tracked)).toEqual({
    tcpshift: { 'f:spec': { 'f:useDefaultGateways': {} } },
    argo: { 'f:spec': { 'f:rules': {} } },
  });
});

test('a removed field belongs to nobody', () => {
  const before = trackUpdate({
    after: object({ rules: [], useDefaultGateways: 'All' }),
    kind: route,
    manager: 'a',
    now: noon,
  });
  const after = { ...before, spec: { rules: [] } };
  expect(owners(trackUpdate({ before, after, kind: route, manager: 'b', now: noon }))).toEqual({
    a: { 'f:spec': { '.': {}, 'f:rules': {} } },
  });
});

test('an update that changes nothing is recorded nowhere', () => {
  const before = trackUpdate({ after: object({ rules: [] }), kind: route, manager: 'a', now: noon });
  expect(trackUpdate({ before, after: before, kind: route, manager: 'b', now: noon + 1000 })).toEqual(before);
});

test('status has an entry of its own, without metadata', () => {
  const before = trackUpdate({ after: object({ rules: [] }), kind: route, manager: 'a', now: noon });
  const after = { ...before, status: { parents: [] }, metadata: { ...before.metadata, labels: { x: 'y' } } };
  const tracked = trackUpdate({ before, after, kind: route, manager: 'a', now: noon, subresource: 'status' });
  expect(owners(tracked)['a/status']).toEqual({ 'f:status': { '.': {}, 'f:parents': {} } });
  expect(trackUpdate({ before, after, kind: route, manager: 'b', now: noon })).toMatchObject({
    metadata: {
      managedFields: [{ manager: 'a' }, { fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } } } }],
    },
  });
});

test('conditions are owned by type', () => {
  const bare: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { paused: true },
  };
  const before = trackUpdate({ after: bare, kind: deployment, manager: 'a', now: noon });
  const after = { ...before, status: { conditions: [{ type: 'Available', status: 'True' }] } };
  const tracked = trackUpdate({ before, after, kind: deployment, manager: 'c', now: noon, subresource: 'status' });
  expect(owners(tracked)['c/status']).toEqual({
    'f:status': {
      '.': {},
      'f:conditions': {
        '.': {},
        'k:{"type":"Available"}': { '.': {}, 'f:status': {}, 'f:type': {} },
      },
    },
  });
});

test('a client may empty managedFields, and nothing is tracked until the next apply', () => {
  const before = trackUpdate({ after: object({ rules: [] }), kind: route, manager: 'a', now: noon });
  const reset = { ...before, metadata: { ...before.metadata, managedFields: [{}] as never } };
  const forgotten = trackUpdate({ before, after: reset, kind: route, manager: 'b', now: noon });
  expect(forgotten.metadata.managedFields).toBeUndefined();
  const after = { ...forgotten, spec: { rules: [{ name: 'x' }] } };
  expect(
    trackUpdate({ before: forgotten, after, kind: route, manager: 'c', now: noon }).metadata.managedFields,
  ).toBeUndefined();
});

test('no more than ten updaters are kept: the oldest become one', () => {
  let before = trackUpdate({ after: object({ rules: [] }), kind: route, manager: 'm0', now: noon });
  for (let index = 1; index <= 15; index += 1) {
    const labels = { ...before.metadata.labels, [`l${index}`]: '' };
    const after = { ...before, metadata: { ...before.metadata, labels } };
    before = trackUpdate({ before, after, kind: route, manager: `m${index}`, now: noon + index * 1000 });
  }
  const managers = before.metadata.managedFields!.map(({ manager }) => manager);
  expect(managers).toEqual(['ancient-changes', ...Array.from({ length: 9 }, (_, index) => `m${index + 7}`)]);
  const folded = before.metadata.managedFields![0]!;
  expect(Object.keys((folded.fieldsV1['f:metadata'] as never)['f:labels'])).toHaveLength(7);
  expect(folded.time).toBe('2026-01-01T12:00:06Z');
});
