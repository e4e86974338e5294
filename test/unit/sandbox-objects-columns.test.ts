import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { age } from '../../src/sandbox/objects/columns/age.ts';
import { cell } from '../../src/sandbox/objects/columns/cell.ts';
import { apiVersionOf, builtinKinds, bundledCrds, kindsOf } from '../../src/sandbox/objects/kinds.ts';

const kinds = [...builtinKinds, ...bundledCrds().flatMap(kindsOf)];
const now = Date.parse('2026-01-02T00:00:00Z');

/** The row of an object as `kubectl get -o wide` shows it, by column. */
function row(object: object): Record<string, unknown> {
  const whole = {
    ...object,
    metadata: { name: 'x', creationTimestamp: '2026-01-01T23:59:00Z', ...metadataOf(object) },
  } as KubeObject;
  const kind = kinds.find((each) => each.kind === whole.kind && apiVersionOf(each) === whole.apiVersion)!;
  return Object.fromEntries(kind.columns.map((column) => [column.name, cell(column, whole, now)]));
}

const metadataOf = (object: object) => ('metadata' in object ? (object.metadata as object) : {});

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-5 * second, '<invalid>'],
  [-1 * second, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [9 * minute + 59 * second, '9m59s'],
  [10 * minute + 59 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour + 5 * minute, '3h5m'],
  [8 * hour + 5 * minute, '8h'],
  [47 * hour, '47h'],
  [2 * day + 3 * hour, '2d3h'],
  [8 * day + 3 * hour, '8d'],
  [400 * day, '400d'],
  [731 * day, '2y1d'],
  [9 * 365 * day, '9y'],
])('an age of %i ms reads %s', (duration, text) => {
  const now = Date.UTC(2022, 10, 12);
  expect(age(new Date(now - duration).toISOString(), now)).toBe(text);
});

describe('Pods', () => {
  const pod = (status: object, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'n' },
    status,
    ...more,
  });
  const running = { ready: true, restartCount: 0, state: { running: {} } };

  test('that run', () => {
    const object = pod({ phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], containerStatuses: [running, running] });
    expect(row(object)).toEqual({
      Name: 'x',
      Ready: '2/2',
      Status: 'Running',
      Restarts: '0',
      Age: '60s',
      IP: '10.0.0.1',
      Node: 'n',
      'Nominated Node': '<none>',
      'Readiness Gates': '<none>',
    });
  });

  test('in trouble', () => {
    const waiting = { restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } };
    const ended = { ...waiting, lastState: { terminated: { finishedAt: '2026-01-01T23:59:30Z' } } };
    const object = pod({ phase: 'Running', containerStatuses: [running, ended] });
    expect(row(object)).toMatchObject({ Ready: '1/2', Status: 'CrashLoopBackOff', Restarts: '2 (30s ago)' });
    const killed = { restartCount: 0, state: { terminated: { exitCode: 137, signal: 9 } } };
    expect(row(pod({ phase: 'Failed', containerStatuses: [killed] }))).toMatchObject({ Status: 'Signal:9' });
  });

  test('that are going', () => {
    const metadata = { name: 'x', deletionTimestamp: '2026-01-01T23:59:59Z' };
    expect(row(pod({ phase: 'Running' }, { metadata }))).toMatchObject({ Status: 'Terminating' });
    expect(row(pod({ phase: 'Succeeded' }, { metadata }))).toMatchObject({ Status: 'Succeeded' });
  });

  test('that wait', () => {
    expect(row(pod({ phase: 'Pending' }))).toMatchObject({ Ready: '0/2', Status: 'Pending', IP: '<none>' });
  });
});

const containers = [
  { name: 'a', image: 'i:1' },
  { name: 'b', image: 'j:2' },
];

test('workloads', () => {
  const spec = {
    replicas: 3,
    selector: { matchLabels: { b: '2' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['y', 'x'] }] },
    template: { spec: { containers } },
  };
  const wide = { Containers: 'a,b', Images: 'i:1,j:2', Selector: 'a in (x,y),b=2' };
  const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 };
  expect(row({ apiVersion: 'apps/v1', kind: 'Deployment', spec, status })).toEqual({
    Name: 'x',
    Ready: '2/3',
    'Up-to-date': 1,
    Available: 2,
    Age: '60s',
    ...wide,
  });
  expect(row({ apiVersion: 'apps/v1', kind: 'ReplicaSet', spec, status })).toEqual({
    Name: 'x',
    Desired: 3,
    Current: 3,
    Ready: 2,
    Age: '60s',
    ...wide,
  });
});

test.each([
  [{ type: 'ClusterIP', clusterIPs: ['10.96.0.1'], selector: { b: '2', a: '1' } }, {}, '10.96.0.1', '<none>'],
  [{ type: 'LoadBalancer', clusterIPs: ['10.96.0.1'] }, {}, '10.96.0.1', '<pending>'],
  [{ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }, '<none>', '1.2.3.4'],
  [
    { type: 'LoadBalancer' },
    { loadBalancer: { ingress: [{ hostname: 'a-very-long-name.example.com' }] } },
    '<none>',
    'a-very-long-n...',
  ],
  [{ type: 'ExternalName', externalName: 'a.b' }, {}, '<none>', 'a.b'],
])('Services %#', (spec, status, clusterIp, externalIp) => {
  const ports = [
    { port: 80, protocol: 'TCP' },
    { port: 31400, nodePort: 30000, protocol: 'TCP' },
  ];
  expect(row({ apiVersion: 'v1', kind: 'Service', spec: { ...spec, ports }, status })).toMatchObject({
    Type: spec.type,
    'Cluster-IP': clusterIp,
    'External-IP': externalIp,
    'Port(s)': '80/TCP,31400:30000/TCP',
  });
});

test('endpoints, at most three of them', () => {
  const endpoints = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((address) => ({ addresses: [address] }));
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' };
  expect(row({ ...slice, endpoints, ports: [{ port: 9000 }, { name: 'x' }, {}] })).toMatchObject({
    AddressType: 'IPv4',
    Ports: '9000,x,*',
    Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
  });
  expect(row({ ...slice, endpoints: [], ports: [] })).toMatchObject({ Ports: '<unset>', Endpoints: '<unset>' });
  const subsets = [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 1 }, { port: 2 }] }];
  expect(row({ apiVersion: 'v1', kind: 'Endpoints', subsets })).toMatchObject({ Endpoints: '10.0.0.1:1,10.0.0.1:2' });
});

test('the small kinds', () => {
  expect(row({ apiVersion: 'v1', kind: 'Namespace', status: { phase: 'Active' } })).toMatchObject({ Status: 'Active' });
  expect(row({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '' }, binaryData: { b: '' } })).toMatchObject({
    Data: 2,
  });
  expect(row({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' })).toMatchObject({ Type: 'Opaque', Data: 0 });
  expect(row({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: { holderIdentity: 'h' } })).toMatchObject({
    Holder: 'h',
  });
  expect(row({ ...bundledCrds()[0]! })).toMatchObject({ 'Created At': '2026-01-01T23:59:00Z' });
});

test('Nodes', () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', labels: { 'node-role.kubernetes.io/control-plane': '' } },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: { kubeletVersion: 'v1.36.2', kernelVersion: '6', architecture: 'amd64' },
    },
  };
  expect(row(node)).toMatchObject({
    Status: 'Ready,SchedulingDisabled',
    Roles: 'control-plane',
    Version: 'v1.36.2',
    'Internal-IP': '10.0.0.1',
    'External-IP': '<none>',
    'OS-Image': '<unknown>',
    'Kernel-Version': '6 (amd64)',
  });
});

test('both kinds of Event read alike', () => {
  const expected = {
    'Last Seen': '30s',
    Type: 'Normal',
    Reason: 'Scheduled',
    Object: 'pod/p',
    Source: 'scheduler, s1',
    Message: 'on n',
    'First Seen': '60s',
    Count: 2,
  };
  const common = { type: 'Normal', reason: 'Scheduled' };
  const [first, last] = ['2026-01-01T23:59:00Z', '2026-01-01T23:59:30Z'];
  expect(
    row({
      apiVersion: 'v1',
      kind: 'Event',
      ...common,
      involvedObject: { kind: 'Pod', name: 'p' },
      source: { component: 'scheduler', host: 's1' },
      message: 'on n\n',
      firstTimestamp: first,
      lastTimestamp: last,
      count: 2,
    }),
  ).toMatchObject(expected);
  expect(
    row({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      ...common,
      regarding: { kind: 'Pod', name: 'p' },
      reportingController: 'scheduler',
      reportingInstance: 's1',
      note: 'on n',
      eventTime: first,
      series: { lastObservedTime: last, count: 2 },
    }),
  ).toMatchObject(expected);
});

test('custom kinds, by JSONPath', () => {
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    spec: { gatewayClassName: 'istio' },
    status: {
      addresses: [{ value: '127.0.0.1' }, { value: '127.0.0.2' }],
      conditions: [
        { type: 'Accepted', status: 'False' },
        { type: 'Programmed', status: 'True' },
      ],
    },
  };
  expect(row(gateway)).toEqual({ Name: 'x', Class: 'istio', Address: '127.0.0.1', Programmed: 'True', Age: '60s' });
  expect(row({ ...gateway, status: {} })).toMatchObject({ Address: null, Programmed: null });
  const service = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    spec: { gateways: ['g'], hosts: ['*'] },
  };
  expect(row(service)).toEqual({ Name: 'x', Gateways: '["g"]', Hosts: '["*"]', Age: '60s' });
});
