import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { withDefaults } from '../../src/sandbox/objects/defaults.ts';
import { apiVersionOf, builtinKinds, bundledCrds, kindsOf } from '../../src/sandbox/objects/kinds.ts';

const kinds = [...builtinKinds, ...bundledCrds().flatMap(kindsOf)];

function filled(object: object): KubeObject {
  const given = { metadata: { name: 'x' }, ...object } as KubeObject;
  const kind = kinds.find((each) => each.kind === given.kind && apiVersionOf(each) === given.apiVersion)!;
  const result = withDefaults(given, kind);
  expect(withDefaults(result, kind)).toEqual(result);
  return result;
}

test('a TCPRoute backend counts once, and is a Service', () => {
  const { spec } = filled({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'TCPRoute',
    spec: { parentRefs: [{ name: 'g' }], rules: [{ backendRefs: [{ name: 's', port: 1, namespace: null }] }] },
  });
  expect(spec).toEqual({
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'g' }],
    rules: [{ backendRefs: [{ group: '', kind: 'Service', name: 's', port: 1, weight: 1 }] }],
  });
});

test('a Gateway listener takes routes of its own namespace, and waits for a controller', () => {
  const { spec, status } = filled({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    spec: {
      gatewayClassName: 'c',
      listeners: [{ name: 'tcp', port: 1, protocol: 'TCP', allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } }],
    },
  });
  expect(spec.listeners[0].allowedRoutes).toEqual({
    kinds: [{ group: 'gateway.networking.k8s.io', kind: 'TCPRoute' }],
    namespaces: { from: 'Same' },
  });
  expect(status.conditions.map(({ type, reason }: { type: string; reason: string }) => [type, reason])).toEqual([
    ['Accepted', 'Pending'],
    ['Programmed', 'Pending'],
  ]);
});

test('a VirtualService gets nothing added', () => {
  const object = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', spec: { hosts: ['*'], tcp: [{}] } };
  expect(filled(object)).toEqual({ metadata: { name: 'x' }, ...object });
});

test('a Service', () => {
  expect(filled({ apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 9000 }], selector: {} } })).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x' },
    spec: {
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 9000, protocol: 'TCP', targetPort: 9000 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  });
});

test('a Service with a load balancer', () => {
  const { spec, status } = filled({
    apiVersion: 'v1',
    kind: 'Service',
    spec: { ports: [{ port: 1 }], type: 'LoadBalancer', sessionAffinity: 'ClientIP' },
    status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } },
  });
  expect(spec).toMatchObject({
    allocateLoadBalancerNodePorts: true,
    externalTrafficPolicy: 'Cluster',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
  });
  expect(status.loadBalancer.ingress).toEqual([{ ip: '127.0.0.1', ipMode: 'VIP' }]);
});

test('an external name has no addresses', () => {
  const { spec } = filled({ apiVersion: 'v1', kind: 'Service', spec: { type: 'ExternalName', externalName: 'a.b' } });
  expect(spec).toEqual({ externalName: 'a.b', sessionAffinity: 'None', type: 'ExternalName' });
});

const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'r/i:1.3', env: [], ports: [{ containerPort: 1 }] }] },
};

test('a Deployment and its pods', () => {
  const { spec } = filled({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { selector: { matchLabels: { app: 'a' } }, template },
  });
  expect(spec).toEqual({
    progressDeadlineSeconds: 600,
    replicas: 1,
    revisionHistoryLimit: 10,
    selector: { matchLabels: { app: 'a' } },
    strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: {
        containers: [
          {
            image: 'r/i:1.3',
            imagePullPolicy: 'IfNotPresent',
            name: 'c',
            ports: [{ containerPort: 1, protocol: 'TCP' }],
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        dnsPolicy: 'ClusterFirst',
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
      },
    },
  });
});

test('Recreate has no rolling update', () => {
  const spec = { selector: {}, template, strategy: { type: 'Recreate' } };
  expect(filled({ apiVersion: 'apps/v1', kind: 'Deployment', spec }).spec.strategy).toEqual({ type: 'Recreate' });
});

test.each([
  ['curl', 'Always'],
  ['r:5000/curl', 'Always'],
  ['r/curl:latest', 'Always'],
  ['r/curl:8.16.0', 'IfNotPresent'],
  ['r/curl@sha256:0', 'IfNotPresent'],
])('the pull policy of %s is %s', (image, policy) => {
  const { spec } = filled({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c', image }] } });
  expect(spec.containers[0].imagePullPolicy).toBe(policy);
});

test('a Pod has a phase and a class', () => {
  const containers = [{ name: 'c', image: 'i:1', resources: { limits: { cpu: '1', memory: '1Gi' } } }];
  const { spec, status } = filled({
    apiVersion: 'v1',
    kind: 'Pod',
    spec: {
      containers,
      volumes: [{ name: 'v' }],
    },
  });
  expect(spec.enableServiceLinks).toBe(true);
  expect(spec.volumes).toEqual([{ name: 'v', emptyDir: {} }]);
  expect(spec.containers[0].resources.requests).toEqual({ cpu: '1', memory: '1Gi' });
  expect(status).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
});

test('a Namespace is labelled with its name and active', () => {
  expect(filled({ apiVersion: 'v1', kind: 'Namespace' })).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } },
    status: { phase: 'Active' },
  });
});

test('a Secret keeps no plain text', () => {
  const secret = filled({ apiVersion: 'v1', kind: 'Secret', stringData: { a: 'é' }, data: { b: 'Yg==' } });
  expect(secret).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x' },
    type: 'Opaque',
    data: { a: 'w6k=', b: 'Yg==' },
  });
});

test('lists and maps that hold nothing are as absent', () => {
  const object = filled({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', labels: {}, finalizers: [] },
    data: {},
  });
  expect(object).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
});

test('a CustomResourceDefinition names its lists and does not convert', () => {
  const { spec } = filled({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: { group: 'a.b', scope: 'Namespaced', names: { kind: 'Thing', plural: 'things' }, versions: [] },
  });
  expect(spec.names).toEqual({ kind: 'Thing', plural: 'things', listKind: 'ThingList', singular: 'thing' });
  expect(spec.conversion).toEqual({ strategy: 'None' });
});
