/** The kinds that the comparison is about, each with one good object and with the ways that it can be wrong. */

export interface Subject {
  /** `apps/v1`, `v1` */
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  custom: boolean;
  /** Whether it has a status of its own; custom kinds of the comparison all do. */
  status?: boolean;
  /** The good object's fields beside apiVersion, kind and metadata. */
  fields: Record<string, unknown>;
  /** A change of the good object that is allowed, as a merge patch. */
  change: Record<string, unknown>;
  /** A change that is not allowed, as a merge patch. */
  fixed?: Record<string, unknown>;
  /** Objects that must be refused, or completed in a way of their own, by what is special about them. */
  cases?: Record<string, Record<string, unknown>>;
}

const builtin = { namespaced: true, custom: false };
const custom = { namespaced: true, custom: true };

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
const backend = (rest: Record<string, unknown> = {}) => ({ name: 'tcp-echo-v1', port: 9000, ...rest });
const tcpRoute = (backendRefs: unknown, rest: Record<string, unknown> = {}) => ({
  spec: { parentRefs: [{ name: 'nobody', sectionName: 'tcp' }], rules: [{ backendRefs }], ...rest },
});
const listener = (rest: Record<string, unknown> = {}) => ({ name: 'tcp', protocol: 'TCP', port: 31_400, ...rest });
const gateway = (listeners: unknown) => ({ spec: { gatewayClassName: 'nobody', listeners } });
const destination = (rest: Record<string, unknown> = {}) => ({
  destination: { host: 'tcp-echo', port: { number: 9000 }, subset: 'v1' },
  ...rest,
});
const virtualService = (route: unknown, match: unknown = [{ port: 31_400 }]) => ({
  spec: { hosts: ['*'], gateways: ['nobody'], tcp: [{ match, route }] },
});
const inVirtualService = (spec: Record<string, unknown>) => ({
  spec: { ...virtualService([destination()]).spec, ...spec },
});
const istioServer = (rest: Record<string, unknown> = {}) => ({
  port: { number: 31_400, name: 'tcp', protocol: 'TCP' },
  hosts: ['*'],
  ...rest,
});

export const subjects: readonly Subject[] = [
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
  ...['v1', 'v1alpha2'].map((version): Subject => ({
    ...custom,
    apiVersion: `gateway.networking.k8s.io/${version}`,
    kind: 'TCPRoute',
    plural: 'tcproutes',
    fields: tcpRoute([backend({ weight: 80 }), { ...backend({ weight: 20 }), name: 'tcp-echo-v2' }]),
    change: tcpRoute([backend({ weight: 100 })]),
    cases: {
      'a weight left out': tcpRoute([backend()]),
      'a negative weight': tcpRoute([backend({ weight: -1 })]),
      'a weight over a million': tcpRoute([backend({ weight: 1_000_001 })]),
      'a fraction as weight': tcpRoute([backend({ weight: 1.5 })]),
      'a string as weight': tcpRoute([backend({ weight: '20' })]),
      'no port': tcpRoute([{ name: 'tcp-echo-v1', weight: 1 }]),
      'no backends': tcpRoute([]),
      '17 backends': tcpRoute(Array.from({ length: 17 }, () => backend())),
      'no rules': tcpRoute([], { rules: [] }),
      'two rules': tcpRoute([], { rules: [{ backendRefs: [backend()] }, { backendRefs: [backend()] }] }),
      'no spec': {},
    },
  })),
  {
    ...custom,
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    plural: 'gateways',
    fields: gateway([listener({ allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } })]),
    change: gateway([listener({ port: 31_401 })]),
    cases: {
      'no listeners': gateway([]),
      'two listeners of one name': gateway([listener(), listener({ port: 1 })]),
      'a port of 0': gateway([listener({ port: 0 })]),
      'a hostname on TCP': gateway([listener({ hostname: 'example.com' })]),
      'no class': { spec: { listeners: [listener()] } },
    },
  },
  {
    ...custom,
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    namespaced: false,
    fields: { spec: { controllerName: 'example.com/nobody' } },
    change: { spec: { description: 'nobody takes it' } },
    cases: { 'a bad controller': { spec: { controllerName: 'nobody' } } },
  },
  ...['v1', 'v1beta1', 'v1alpha3'].map((version): Subject => ({
    ...custom,
    apiVersion: `networking.istio.io/${version}`,
    kind: 'VirtualService',
    plural: 'virtualservices',
    fields: virtualService([destination({ weight: 80 }), destination({ weight: 20 })]),
    change: virtualService([destination()]),
    cases: {
      'a negative weight': virtualService([destination({ weight: -5 })]),
      'a fraction as weight': virtualService([destination({ weight: 1.5 })]),
      'a string as weight': virtualService([destination({ weight: '20' })]),
      'no host': virtualService([{ destination: { subset: 'v1' } }]),
      'a port over 32 bits': virtualService([destination()], [{ port: 2 ** 33 }]),
      'an unknown field': { spec: { ...virtualService([destination()]).spec, nonsense: true } },
      'no spec': {},
      'no hosts': inVirtualService({ hosts: [] }),
      'a host for all in the mesh': inVirtualService({ gateways: ['mesh'] }),
      'a host for all, and no gateway': inVirtualService({ gateways: [] }),
      'a bad host': inVirtualService({ hosts: ['a_b.example.com'] }),
      'a number for a domain': inVirtualService({ hosts: ['example.1'] }),
      'an address for a host': inVirtualService({ hosts: ['10.1.2.3'] }),
      'a host twice': inVirtualService({ hosts: ['*.example.com', 'a.example.com'] }),
      'a bad gateway': inVirtualService({ gateways: ['a_b'] }),
      'a gateway without a name': inVirtualService({ gateways: ['a/'] }),
      'no rules': inVirtualService({ tcp: [] }),
      'no route': virtualService([]),
      'no destination': virtualService([{ weight: 1 }]),
      'no weight at all': virtualService([destination(), destination({ weight: 0 })]),
      'weights over 100': virtualService([destination({ weight: 300 }), destination({ weight: 1 })]),
      'a destination for all': virtualService([{ destination: { host: '*' } }]),
      'an empty destination': virtualService([{ destination: { host: '' } }]),
      'a bad subset': virtualService([{ destination: { host: 'a', subset: 'v_1' } }]),
      'a destination port of 0': virtualService([{ destination: { host: 'a', port: { number: 0 } } }]),
      'a matched port of 70000': virtualService([destination()], [{ port: 70_000 }]),
      'several faults': inVirtualService({ hosts: ['a_b'], tcp: [{ route: [destination({ weight: -1 }), {}] }] }),
    },
  })),
  {
    ...custom,
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    plural: 'destinationrules',
    fields: { spec: { host: 'tcp-echo', subsets: [{ name: 'v1', labels: { version: 'v1' } }] } },
    change: { spec: { subsets: [{ name: 'v2', labels: { version: 'v2' } }] } },
    cases: { 'no host': { spec: { subsets: [] } }, 'a subset without a name': { spec: { host: 'a', subsets: [{}] } } },
  },
  {
    ...custom,
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    plural: 'gateways',
    fields: { spec: { selector: { istio: 'nobody' }, servers: [istioServer()] } },
    change: { spec: { servers: [istioServer({ name: 'named' })] } },
    cases: {
      'no hosts': { spec: { selector: { istio: 'nobody' }, servers: [istioServer({ hosts: undefined })] } },
      'no protocol': { spec: { servers: [istioServer({ port: { number: 1, name: 'tcp' } })] } },
    },
  },
];
