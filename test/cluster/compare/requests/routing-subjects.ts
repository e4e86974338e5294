import type { Subject } from './subjects.ts';

const custom = { namespaced: true, custom: true };
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

/** The kinds of both routing APIs, at each of their versions. */
export const routingSubjects: readonly Subject[] = [
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
