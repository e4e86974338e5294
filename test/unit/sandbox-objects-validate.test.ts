import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { withDefaults } from '../../src/sandbox/objects/defaults.ts';
import { builtinKinds, bundledCrds, kindsOf, type Kind } from '../../src/sandbox/objects/kinds.ts';
import { decodeProblem } from '../../src/sandbox/objects/decode-problem.ts';
import { invalidFields, prune, unknownFields } from '../../src/sandbox/objects/validate.ts';

const kinds = [...builtinKinds, ...bundledCrds().flatMap(kindsOf)];
const kindOf = ({ apiVersion, kind }: KubeObject): Kind =>
  kinds.find((each) => each.kind === kind && [each.group, each.version].filter(Boolean).join('/') === apiVersion)!;

/** Causes as `field: message`, after defaulting, as a client would see them. */
function causes(object: KubeObject, before?: KubeObject): string[] {
  const kind = kindOf(object);
  return invalidFields(withDefaults(object, kind), kind, before && withDefaults(before, kind)).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

const route = (backendRefs: object[], spec: object = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  metadata: { name: 'r' },
  spec: { rules: [{ backendRefs }], ...spec },
});

const gateway = (listeners: object[]): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'g' },
  spec: { gatewayClassName: 'istio', listeners },
});

describe('custom kinds', () => {
  test('a route that the Gateway API takes', () => {
    expect(causes(route([{ name: 'v1', port: 9000, weight: 80 }]))).toEqual([]);
  });

  test.each([
    [
      { name: 'v1', port: 1, weight: 1_000_001 },
      'weight: Invalid value: 1000001: spec.rules[0].backendRefs[0].weight in body should be less than or equal to 1000000',
    ],
    [
      { name: 'v1', port: 1, weight: -5 },
      'weight: Invalid value: -5: spec.rules[0].backendRefs[0].weight in body should be greater than or equal to 0',
    ],
  ])('ranges: %j', (backend, cause) => {
    expect(causes(route([backend]))).toEqual([`spec.rules[0].backendRefs[0].${cause}`]);
  });

  const unchecked =
    '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

  test('a wrong type is named by its type, and stops the rules', () => {
    expect(causes(route([{ name: 'v1', port: 1, weight: '20' }]))).toEqual([
      'spec.rules[0].backendRefs[0].weight: Invalid value: "string": spec.rules[0].backendRefs[0].weight in body must be of type integer: "string"',
      unchecked,
    ]);
  });

  test('more backends than 16, more rules than one, no rules', () => {
    const many = Array.from({ length: 17 }, (_, index) => ({ name: `v${index}`, port: 1 }));
    expect(causes(route(many))).toEqual([
      'spec.rules[0].backendRefs: Too many: 17: must have at most 16 items',
      unchecked,
    ]);
    expect(causes(route([], { rules: [] }))).toEqual([
      'spec.rules: Invalid value: 0: spec.rules in body should have at least 1 items',
    ]);
    expect(causes(route([], { rules: undefined }))).toEqual(['spec.rules: Required value', unchecked]);
  });

  test('the rules of the Gateway API about several fields', () => {
    expect(causes(route([{ name: 'v1' }]))).toEqual([
      'spec.rules[0].backendRefs[0]: Invalid value: Must have port for Service reference',
    ]);
    const twice = [{ name: 'g' }, { name: 'g' }];
    expect(causes(route([{ name: 'v1', port: 1 }], { parentRefs: twice }))).toEqual([
      'spec.parentRefs: Invalid value: sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
    ]);
    expect(causes(gateway([{ name: 'tcp', port: 1, protocol: 'TCP', hostname: 'a.b' }]))).toEqual([
      "spec.listeners: Invalid value: hostname must not be specified for protocols ['TCP', 'UDP']",
    ]);
  });

  test('listeners are told apart by name', () => {
    const listener = { name: 'tcp', port: 1, protocol: 'TCP' };
    expect(causes(gateway([listener, { ...listener, port: 2 }]))).toContain(
      'spec.listeners[1]: Duplicate value: {"name":"tcp"}',
    );
  });

  test('values of an enum', () => {
    const listener = { name: 't', port: 1, protocol: 'TCP', allowedRoutes: { namespaces: { from: 'Any' } } };
    expect(causes(gateway([listener]))[0]).toBe(
      'spec.listeners[0].allowedRoutes.namespaces.from: Unsupported value: "Any": supported values: "All", "Selector", "Same"',
    );
  });

  test('a class keeps its controller', () => {
    const gatewayClass = (controllerName: string): KubeObject => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'c' },
      spec: { controllerName },
    });
    expect(causes(gatewayClass('a.b/c'))).toEqual([]);
    expect(causes(gatewayClass('a.b/d'), gatewayClass('a.b/c'))).toEqual([
      'spec.controllerName: Invalid value: "a.b/d": Value is immutable',
    ]);
  });

  test('VirtualService weights have no range here: that is the admission webhook’s', () => {
    expect(
      causes({
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'v' },
        spec: { hosts: ['*'], tcp: [{ route: [{ destination: { host: 'h' }, weight: -5 }] }] },
      }),
    ).toEqual([]);
  });
});

const service = (spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec });

test.each([
  [service({ ports: [{ port: 80 }] }), []],
  [service({}), ['spec.ports: Required value']],
  [
    service({ ports: [{ port: 70_000 }] }),
    [
      'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
  ],
  [service({ ports: [{ port: 1 }, { port: 2, name: 'b' }] }), ['spec.ports[0].name: Required value']],
  [
    service({ ports: [{ port: 1, protocol: 'TPC' }] }),
    ['spec.ports[0].protocol: Unsupported value: "TPC": supported values: "SCTP", "TCP", "UDP"'],
  ],
  [
    { ...service({ ports: [{ port: 1 }] }), metadata: { name: 'My_Service' } },
    [
      `metadata.name: Invalid value: "My_Service": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ],
  ],
])('Services %#', (object, expected) => {
  expect(causes(object)).toEqual(expected);
});

const deployment = (selector: object, labels: object, more: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector,
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
    ...more,
  },
});

test('a Deployment selects its own pods, for good', () => {
  const app = { matchLabels: { app: 'a' } };
  expect(causes(deployment(app, { app: 'a' }))).toEqual([]);
  expect(causes(deployment(app, { app: 'b' }))).toEqual([
    'spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`',
  ]);
  const both = { app: 'a', version: 'v1' };
  expect(causes(deployment({ matchLabels: both }, both), deployment(app, both))).toEqual([
    'spec.selector: Invalid value: {"matchLabels":{"app":"a","version":"v1"}}: field is immutable',
  ]);
  expect(causes(deployment(app, { app: 'a' }, { replicas: -1 }))).toEqual([
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

test.each([
  ['10.1.2.3', []],
  ['0.0.0.0', ['endpoints[0].addresses[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)']],
  [
    '127.0.0.1',
    ['endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ],
  [
    '169.254.1.1',
    [
      'endpoints[0].addresses[0]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
  ],
  [
    '::1',
    ['endpoints[0].addresses: Invalid value: "::1": must be an IPv4 address', expect.stringContaining('loopback')],
  ],
  [
    'x',
    ['endpoints[0].addresses[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
])('EndpointSlices refuse addresses that lead nowhere: %s', (address, expected) => {
  const slice: KubeObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'e' },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
    ports: [],
  };
  expect(causes(slice)).toEqual(expected);
});

test('the bundled definitions are valid, and named after what they define', () => {
  for (const crd of bundledCrds()) expect(causes(crd)).toEqual([]);
  const [crd] = bundledCrds();
  expect(causes({ ...crd!, metadata: { name: 'x.y' } })).toEqual([
    'metadata.name: Invalid value: "x.y": must be spec.names.plural+"."+spec.group',
  ]);
});

test('unknown fields are named, and pruned', () => {
  const object = route([{ name: 'v1', port: 1, wieght: 3 }], { ruls: [] });
  const kind = kindOf(object);
  expect(unknownFields(object, kind.schema)).toEqual(['spec.rules[0].backendRefs[0].wieght', 'spec.ruls']);
  expect(prune(object, kind.schema)).toEqual(route([{ name: 'v1', port: 1 }]));
});

test('fields survive where a schema keeps what it does not know', () => {
  const object: KubeObject = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'v' },
    spec: { http: [{ anything: { at: ['all'] } }] },
  };
  expect(prune(object, kindOf(object).schema)).toEqual(object);
});

const container = (fields: object) => ({ containers: [{ name: 'c', image: 'i:1', ...fields }] });

test.each([
  [{ replicas: 'three' }, 'string into Go struct field DeploymentSpec.spec.replicas of type int32'],
  [{ replicas: 1.5 }, 'number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
  [{ template: true }, 'bool into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec'],
  [
    { template: { spec: container({ args: 'one' }) } },
    'string into Go struct field Container.spec.template.spec.containers.args of type []string',
  ],
  [
    { template: { metadata: { labels: { app: 1 } } } },
    'number into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
  ],
  [
    { template: { spec: { containers: {} } } },
    'object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
  ],
])('an object of wrong types cannot be read: %j', (spec, problem) => {
  const object: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec };
  expect(decodeProblem(object, kindOf(object))).toBe(
    `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal ${problem}`,
  );
});

test('an object of right types can be read, and a custom one always', () => {
  const read = deployment({}, {}, { template: { spec: container({ args: ['one'] }) } });
  expect(decodeProblem(read, kindOf(read))).toBeUndefined();
  const custom = route([{ name: 1 }]);
  expect(decodeProblem(custom, kindOf(custom))).toBeUndefined();
});

test('durations of a DestinationRule are durations', () => {
  const rule = (connectTimeout: string): KubeObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'd' },
    spec: { host: 'h', trafficPolicy: { connectionPool: { tcp: { connectTimeout } } } },
  });
  expect(causes(rule('1s'))).toEqual([]);
  expect(causes(rule('1us'))).toEqual([
    'spec.trafficPolicy.connectionPool.tcp.connectTimeout: Invalid value: "1us": must be a valid duration greater than 1ms',
  ]);
  expect(causes(rule('soon'))).toHaveLength(1);
});
