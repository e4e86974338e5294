import type { Subject } from './subjects.ts';

const builtin = { namespaced: true, custom: false };

const podSpec = { containers: [{ name: 'main', image: 'docker.io/library/none' }] };
// Held by a gate, and with an account: the API server that it is compared with has no plugin for accounts. So that the sandbox's scheduler and kubelet leave it alone: the API server that it is compared with has none.
const unscheduled = { ...podSpec, serviceAccountName: 'default', schedulingGates: [{ name: 'example.com/held' }] };
const template = (labels: Record<string, string>, spec: unknown = podSpec) => ({ metadata: { labels }, spec });
const deployment = (spec: Record<string, unknown>) => ({
  // Paused, so that the sandbox's controller has nothing to do: the API server that it is compared with has none.
  spec: {
    paused: true,
    replicas: 0,
    selector: { matchLabels: { app: 'a' } },
    template: template({ app: 'a' }),
    ...spec,
  },
});
const service = (spec: Record<string, unknown>) => ({
  spec: { selector: { app: 'a' }, ports: [{ port: 9000 }], ...spec },
});
const slice = (address: string, addressType = 'IPv4') => ({
  addressType,
  endpoints: [{ addresses: [address] }],
  ports: [{ name: 'tcp', port: 9000, protocol: 'TCP' }],
});
/** The kinds that every cluster has. */
export const kubernetesSubjects: readonly Subject[] = [
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    fields: { data: { key: 'value' } },
    change: { data: { other: 'value' } },
    fixed: { metadata: { uid: 'another' } },
    cases: { 'a number for a string': { data: { key: 1 } }, 'a bad key': { data: { 'a b': 'value' } } },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    namespaced: false,
    status: true,
    fields: {},
    change: { metadata: { labels: { changed: 'yes' } } },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    fields: {},
    change: { automountServiceAccountToken: false },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'Service',
    plural: 'services',
    status: true,
    fields: service({}),
    change: { spec: { selector: { app: 'b' } } },
    fixed: { spec: { clusterIP: '10.96.255.254' } },
    cases: {
      'no ports': service({ ports: [] }),
      'a port of 0': service({ ports: [{ port: 0 }] }),
      'a port of 70000': service({ ports: [{ port: 70_000 }] }),
      'two ports without names': service({ ports: [{ port: 1 }, { port: 2 }] }),
      'a port twice': service({
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 1 },
        ],
      }),
      'an unknown type': service({ type: 'Nobody' }),
      'an unknown protocol': service({ ports: [{ port: 1, protocol: 'ABC' }] }),
      'type LoadBalancer with a class': service({ type: 'LoadBalancer', loadBalancerClass: 'example.com/nobody' }),
      headless: service({ clusterIP: 'None' }),
    },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    fields: { data: { key: 'dmFsdWU=' } },
    change: { stringData: { other: 'value' } },
    fixed: { type: 'example.com/other' },
    cases: {
      'a bad key': { data: { 'a b': 'dmFsdWU=' } },
      'what is no base64': { data: { key: '!' } },
      'a type without its keys': { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
      text: { type: 'example.com/text', stringData: { key: 'text' }, data: { key: 'dmFsdWU=' } },
    },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'Pod',
    plural: 'pods',
    status: true,
    fields: { spec: unscheduled },
    change: { metadata: { labels: { changed: 'yes' } } },
    fixed: { spec: { hostNetwork: true } },
    cases: {
      'no containers': { spec: { containers: [] } },
      'no image': { spec: { containers: [{ name: 'main' }] } },
      'two containers of one name': { spec: { containers: [podSpec.containers[0], podSpec.containers[0]] } },
      'an unknown restart policy': { spec: { ...unscheduled, restartPolicy: 'Sometimes' } },
      'a port of 70000': { spec: { containers: [{ ...podSpec.containers[0], ports: [{ containerPort: 70_000 }] }] } },
    },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'Endpoints',
    plural: 'endpoints',
    fields: { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 9000 }] }] },
    change: { subsets: [{ addresses: [{ ip: '10.1.2.4' }], ports: [{ port: 9000 }] }] },
    cases: {
      loopback: { subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 9000 }] }] },
      'no address': { subsets: [{ addresses: [{ ip: 'nowhere' }], ports: [{ port: 9000 }] }] },
      'no addresses': { subsets: [{ ports: [{ port: 9000 }] }] },
      'a port of 0': { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 0 }] }] },
    },
  },
  {
    ...builtin,
    apiVersion: 'v1',
    kind: 'Event',
    plural: 'events',
    fields: {
      involvedObject: { kind: 'Service', name: 'a', namespace: 'compare' },
      reason: 'Tested',
      message: 'a test',
    },
    change: { count: 2 },
    cases: { 'an object elsewhere': { involvedObject: { kind: 'Service', name: 'a', namespace: 'elsewhere' } } },
  },
  {
    ...builtin,
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    status: true,
    scale: true,
    fields: { spec: { replicas: 0, selector: { matchLabels: { app: 'a' } }, template: template({ app: 'a' }) } },
    change: { spec: { minReadySeconds: 1 } },
    fixed: { spec: { selector: { matchLabels: { app: 'c' } } } },
    cases: {
      'no selector': { spec: { template: template({ app: 'a' }) } },
      'a selector that does not match': {
        spec: { selector: { matchLabels: { app: 'b' } }, template: template({ app: 'a' }) },
      },
      'negative replicas': {
        spec: { replicas: -1, selector: { matchLabels: { app: 'a' } }, template: template({ app: 'a' }) },
      },
    },
  },
  {
    ...builtin,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    plural: 'deployments',
    status: true,
    scale: true,
    fields: deployment({}),
    change: { spec: { minReadySeconds: 1 } },
    fixed: { spec: { selector: { matchLabels: { app: 'c' } } } },
    cases: {
      'no selector': { spec: { replicas: 0, template: template({ app: 'a' }) } },
      'a selector that does not match': deployment({ template: template({ app: 'b' }) }),
      'no containers': deployment({ template: template({ app: 'a' }, { containers: [] }) }),
      'no image': deployment({ template: template({ app: 'a' }, { containers: [{ name: 'main' }] }) }),
      'negative replicas': deployment({ replicas: -1 }),
      'replicas as a string': deployment({ replicas: 'many' }),
    },
  },
  {
    ...builtin,
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    fields: slice('10.1.2.3'),
    change: { ports: [{ name: 'tcp', port: 9001, protocol: 'TCP' }] },
    fixed: { addressType: 'IPv6' },
    cases: {
      loopback: slice('127.0.0.1'),
      'link local': slice('169.254.1.1'),
      unspecified: slice('0.0.0.0'),
      'no address': slice('nowhere'),
      'an unknown address type': slice('10.1.2.3', 'IPv5'),
    },
  },
  {
    ...builtin,
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    plural: 'leases',
    fields: { spec: { holderIdentity: 'somebody', leaseDurationSeconds: 15 } },
    change: { spec: { holderIdentity: 'somebody else' } },
    cases: { 'a duration of 0': { spec: { holderIdentity: 'somebody', leaseDurationSeconds: 0 } } },
  },
];
