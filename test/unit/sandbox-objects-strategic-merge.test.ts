import { describe, expect, test } from 'vitest';
import { PatchError } from '../../src/sandbox/objects/patch-error.ts';
import { strategicMerge } from '../../src/sandbox/objects/strategic-merge.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';

const service = schemaOf('v1', 'Service');
const deployment = schemaOf('apps/v1', 'Deployment');

const patchPorts = (ports: object[], patch: object) =>
  strategicMerge({ spec: { ports: ports as never } }, { spec: patch as never }, service)['spec'];

describe('maps', () => {
  test('merge, and null deletes', () => {
    const live = { metadata: { labels: { a: '1', b: '2' } }, spec: { type: 'NodePort' } };
    const patch = { metadata: { labels: { b: null, c: '3' } }, spec: { type: 'ClusterIP' } };
    expect(strategicMerge(live, patch, service)).toEqual({
      metadata: { labels: { a: '1', c: '3' } },
      spec: { type: 'ClusterIP' },
    });
  });

  test('are replaced or deleted where the patch says so', () => {
    const live = { spec: { selector: { a: '1' }, type: 'X' } };
    expect(strategicMerge(live, { spec: { selector: { $patch: 'replace', b: '2' } } }, service)).toEqual({
      spec: { selector: { b: '2' }, type: 'X' },
    });
    expect(strategicMerge(live, { spec: { selector: { $patch: 'delete' } } }, service)).toEqual({
      spec: { type: 'X' },
    });
  });

  test('keep only the keys of $retainKeys', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(strategicMerge(live, patch, deployment)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });

  test('refuse a directive that is none', () => {
    expect(() => strategicMerge({}, { $patch: 'shuffle' }, service)).toThrow(PatchError);
  });
});

describe('lists of objects', () => {
  const live = [
    { port: 1, name: 'a' },
    { port: 2, name: 'b' },
  ];

  test('merge by their key, in the order of the patch, other items after it', () => {
    expect(patchPorts(live, { ports: [{ port: 3 }, { port: 1, name: 'z' }] })).toEqual({
      ports: [{ port: 3 }, { port: 1, name: 'z' }, { port: 2, name: 'b' }],
    });
  });

  test('lose the items that the patch deletes, or all', () => {
    expect(patchPorts(live, { ports: [{ $patch: 'delete', port: 1 }] })).toEqual({ ports: [live[1]] });
    expect(patchPorts(live, { ports: [{ $patch: 'replace' }, { port: 9 }] })).toEqual({ ports: [{ port: 9 }] });
  });

  test('take the order of $setElementOrder, other items where they stood', () => {
    const three = [...live, { port: 3, name: 'c' }];
    expect(
      patchPorts(three, { '$setElementOrder/ports': [{ port: 3 }, { port: 1 }], ports: [{ port: 1, x: 1 }] }),
    ).toEqual({
      ports: [
        { port: 2, name: 'b' },
        { port: 3, name: 'c' },
        { port: 1, name: 'a', x: 1 },
      ],
    });
  });

  test('want the key in every item', () => {
    expect(() => patchPorts(live, { ports: [{ name: 'x' }] })).toThrow(
      'map: map[name:x] does not contain declared merge key: port',
    );
  });

  test('are replaced where the schema names no key', () => {
    expect(
      strategicMerge({ spec: { externalIPs: ['1'], template: 1 } }, { spec: { externalIPs: ['2'] } }, service)['spec'],
    ).toEqual({ externalIPs: ['2'], template: 1 });
  });
});

test('lists of plain values are united, without the deleted ones', () => {
  const live = { metadata: { finalizers: ['a', 'b'] } };
  expect(strategicMerge(live, { metadata: { finalizers: ['c'] } }, service)).toEqual({
    metadata: { finalizers: ['c', 'a', 'b'] },
  });
  expect(
    strategicMerge(
      live,
      {
        metadata: {
          '$deleteFromPrimitiveList/finalizers': ['a'],
          '$setElementOrder/finalizers': ['c', 'b'],
          finalizers: ['c'],
        },
      },
      service,
    ),
  ).toEqual({ metadata: { finalizers: ['c', 'b'] } });
});

test('what is new is stored without directives and nulls', () => {
  const patch = {
    spec: { template: { spec: { containers: [{ name: 'c', image: null, resources: { $patch: 'merge' } }] } } },
  };
  expect(strategicMerge({}, patch as never, deployment)).toEqual({
    spec: { template: { spec: { containers: [{ name: 'c', resources: {} }] } } },
  });
});
