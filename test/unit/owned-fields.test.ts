import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from '../../src/core/objects.ts';
import { extractOwned, lastWriterOf } from '../../src/core/owned-fields.ts';

function entry(manager: string, fieldsV1: ManagedFieldsEntry['fieldsV1'], more: Partial<ManagedFieldsEntry> = {}) {
  return { manager, operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1, ...more } as const;
}

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'tcp-echo',
    namespace: 'demo',
    uid: 'u1',
    resourceVersion: '7',
    labels: { app: 'tcp-echo', team: 'db' },
    finalizers: ['a/keep', 'b/keep'],
    managedFields: [
      entry('tcpshift', {
        'f:metadata': { 'f:labels': { 'f:app': {} }, 'f:finalizers': { 'v:"b/keep"': {} } },
        'f:spec': {
          'f:ports': { 'k:{"port":9000,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:name': {} } },
          'f:selector': {},
          'f:gone': {},
        },
      }),
      entry('tcpshift', { 'f:status': { 'f:loadBalancer': {} } }, { subresource: 'status' }),
      entry('tcpshift', { 'f:spec': { 'f:type': {} } }, { operation: 'Update' }),
      entry('argo', { 'f:metadata': { 'f:labels': { 'f:team': {} } }, 'f:spec': { 'f:type': {} } }),
    ],
  },
  spec: {
    type: 'ClusterIP',
    selector: { app: 'tcp-echo' },
    ports: [
      { name: 'other', port: 9001, protocol: 'TCP' },
      { name: 'tcp', port: 9000, protocol: 'TCP', targetPort: 9000 },
    ],
  },
  status: { loadBalancer: {} },
};

test('keeps what the manager applied, with list keys, and nothing else', () => {
  expect(extractOwned(service, 'tcpshift')).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'tcp-echo', namespace: 'demo', labels: { app: 'tcp-echo' }, finalizers: ['b/keep'] },
    spec: { selector: { app: 'tcp-echo' }, ports: [{ name: 'tcp', port: 9000, protocol: 'TCP' }] },
  });
});

test('a manager without an entry owns the identity alone', () => {
  expect(extractOwned(service, 'flagger')).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'tcp-echo', namespace: 'demo' },
  });
});

test('an atomic list is taken whole', () => {
  const rules = [
    {
      backendRefs: [
        { name: 'v1', weight: 80 },
        { name: 'v2', weight: 20 },
      ],
    },
  ];
  const route: KubeObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'TCPRoute',
    metadata: { name: 'r', namespace: 'demo', managedFields: [entry('tcpshift', { 'f:spec': { 'f:rules': {} } })] },
    spec: { rules, parentRefs: [{ name: 'gw' }] },
  };
  expect(extractOwned(route, 'tcpshift')['spec']).toEqual({ rules });
});

test('entries of several API versions add up', () => {
  const object: KubeObject = {
    apiVersion: 'g/v1',
    kind: 'K',
    metadata: {
      name: 'n',
      managedFields: [
        entry('tcpshift', { 'f:spec': { 'f:a': {} } }, { apiVersion: 'g/v1alpha2' }),
        entry('tcpshift', { 'f:spec': { 'f:b': { 'i:1': {} } } }, { apiVersion: 'g/v1' }),
      ],
    },
    spec: { a: null, b: ['x', 'y'], c: 3 },
  };
  expect(extractOwned(object, 'tcpshift')['spec']).toEqual({ a: null, b: ['y'] });
});

test('a field named __proto__ comes back like any other', () => {
  const spec = JSON.parse('{"a": {"__proto__": 0}}') as JsonObject;
  const managedFields = [entry('tcpshift', { 'f:spec': { 'f:a': { 'f:__proto__': {} } } })];
  const object: KubeObject = { apiVersion: 'v1', kind: 'K', metadata: { name: 'n', managedFields }, spec };
  expect(JSON.stringify(extractOwned(object, 'tcpshift')['spec'])).toBe('{"a":{"__proto__":0}}');
});

test('the last writer of a field is the one of its owners who wrote last', () => {
  const write = (manager: string, time: string, fields: JsonObject) => ({
    ...entry(manager, { 'f:spec': fields }),
    time,
  });
  const managedFields = [
    write('argo', '2030-01-01T00:00:01Z', { 'f:rules': {} }),
    write('kubectl-edit', '2030-01-01T00:00:02Z', { 'f:rules': {} }),
    write('helm', '2030-01-01T00:00:03Z', { 'f:hostnames': {} }),
  ];
  const object: KubeObject = { apiVersion: 'v1', kind: 'K', metadata: { name: 'n', managedFields } };
  expect(lastWriterOf(object, ['spec', 'rules'])).toEqual({ manager: 'kubectl-edit', time: '2030-01-01T00:00:02Z' });
  expect(lastWriterOf(object, ['spec', 'tcp'])).toBeUndefined();
});

test('what one manager applied in full comes back in full', () => {
  const specs = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, {
    minKeys: 1,
  });
  fc.assert(
    fc.property(specs, (spec) => {
      const object: KubeObject = { apiVersion: 'v1', kind: 'K', metadata: { name: 'n' }, spec };
      const applied = structuredClone(object);
      object.metadata.managedFields = [entry('tcpshift', { 'f:spec': fieldsOf(spec) })];
      expect(extractOwned(object, 'tcpshift')).toEqual(applied);
    }),
  );
});

/** The field set of a value whose lists are atomic, as an API server without list markers records it. */
function fieldsOf(value: Json): { [key: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldsOf(inner)]));
}
