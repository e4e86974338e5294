import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { fieldProblems } from '../../src/schema/field-problems.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';

const route = (backendRefs: unknown[], more: object = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  metadata: { name: 'tcp-echo' },
  spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs }], ...more },
});

test('a correct route has no problems', () => {
  expect(fieldProblems(route([{ name: 'v1', port: 9000, weight: 80 }]))).toEqual([]);
});

test.each([
  ['unknown', route([{ name: 'v1', wieght: 1 }]), 'spec.rules[0].backendRefs[0].wieght', 'is not a field of this kind'],
  ['missing', route([{ port: 1 }]), 'spec.rules[0].backendRefs[0].name', 'is missing'],
  [
    'type',
    route([{ name: 'v1' }, { name: 'v2', weight: '20' }]),
    'spec.rules[0].backendRefs[1].weight',
    'must be a whole number, got "20"',
  ],
  [
    'range',
    route([{ name: 'v1', weight: 1_000_001 }]),
    'spec.rules[0].backendRefs[0].weight',
    'must be at most 1000000, got 1000001',
  ],
  ['count', route([]), 'spec.rules[0].backendRefs', 'must have at least 1 items, got 0'],
  [
    'enum',
    route([{ name: 'v1' }], { useDefaultGateways: 'Some' }),
    'spec.useDefaultGateways',
    'must be one of "All", "None", got "Some"',
  ],
  [
    'metadata',
    { ...route([{ name: 'v1' }]), metadata: { name: 'x', label: {} } as never },
    'metadata.label',
    'is not a field of this kind',
  ],
])('names the field and the problem: %s', (_, object, field, problem) => {
  expect(fieldProblems(object)).toEqual([{ field, problem }]);
});

test('checks kinds that Kubernetes has built in, references and all', () => {
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x' },
    spec: {
      selector: { matchLabels: { app: 'x' } },
      template: {
        metadata: { labels: { app: 'x' } },
        spec: {
          containers: [{ name: 'x', args: 'one', ports: [{ containerPort: 9000 }], resources: { limits: { cpu: 1 } } }],
        },
      },
    },
  };
  expect(fieldProblems(deployment)).toEqual([
    { field: 'spec.template.spec.containers[0].args', problem: 'must be a list, got "one"' },
  ]);
});

test('leaves kinds alone that it does not know', () => {
  expect(schemaOf('example.com/v1', 'Thing')).toBeUndefined();
  expect(fieldProblems({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' }, what: 1 })).toEqual([]);
});
