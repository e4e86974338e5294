import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { newestVersions } from '../../src/routing/choose-api.ts';
import type { RoutingApiName } from '../../src/routing/routing-api.ts';
import type { SetupValues } from '../../src/manifests/templates.ts';
import { renderRoute, renderSetup, taskVersions } from '../../src/manifests/templates.ts';

const namespace = 'istio-io-tcp-traffic-shifting';
const ours = { 'app.kubernetes.io/managed-by': 'tcpshift' };

function valuesFor(api: RoutingApiName, more: Partial<SetupValues> = {}): SetupValues {
  return {
    api,
    apiVersions: newestVersions(api).apiVersions,
    namespace,
    port: 31400,
    versions: taskVersions,
    gatewayClass: 'istio',
    inject: false,
    client: true,
    ...more,
  };
}

async function objectsOf(api: RoutingApiName, more: Partial<SetupValues> = {}): Promise<KubeObject[]> {
  const documents = await renderSetup(valuesFor(api, more));
  return documents.map(({ object }) => object);
}

function named(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  return objects.find((object) => object.kind === kind && object.metadata.name === name)!;
}

function titles(objects: readonly KubeObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

const workloads = [
  `Namespace ${namespace}`,
  'ServiceAccount curl',
  'Service curl',
  'Deployment curl',
  'Service tcp-echo',
  'Deployment tcp-echo-v1',
  'Deployment tcp-echo-v2',
];

describe('the order of the set-up', () => {
  test('is namespace, client, workloads, then the Gateway API with the route last', async () => {
    expect(titles(await objectsOf('gateway-api'))).toEqual([
      ...workloads,
      'Gateway tcp-echo-gateway',
      'Service tcp-echo-v1',
      'Service tcp-echo-v2',
      'TCPRoute tcp-echo',
    ]);
  });

  test('has the DestinationRule before the VirtualService', async () => {
    expect(titles(await objectsOf('istio'))).toEqual([
      ...workloads,
      'Gateway tcp-echo-gateway',
      'DestinationRule tcp-echo-destination',
      'VirtualService tcp-echo',
    ]);
  });

  test('names the template of each document, and gives the route alone where that is wanted', async () => {
    const [route, ...more] = await renderRoute(valuesFor('istio'));
    expect(more).toEqual([]);
    expect(route).toMatchObject({ template: 'istio/virtual-service.yaml', object: { kind: 'VirtualService' } });
    expect(titles((await renderRoute(valuesFor('gateway-api'))).map(({ object }) => object))).toEqual([
      'TCPRoute tcp-echo',
    ]);
  });
});

describe('the sample workloads', () => {
  test('are those of the task', async () => {
    const objects = await objectsOf('istio');
    expect(named(objects, 'Namespace', namespace)).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: ours },
    });
    expect(named(objects, 'Service', 'tcp-echo')).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'tcp-echo', namespace, labels: { app: 'tcp-echo', service: 'tcp-echo', ...ours } },
      spec: {
        selector: { app: 'tcp-echo' },
        ports: [
          { name: 'tcp', port: 9000 },
          { name: 'tcp-other', port: 9001 },
        ],
      },
    });
  });

  test.each([
    ['v1', 'one'],
    ['v2', 'two'],
  ])('%s answers with %s', async (version, prefix) => {
    const labels = { app: 'tcp-echo', version };
    expect(named(await objectsOf('gateway-api'), 'Deployment', `tcp-echo-${version}`)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `tcp-echo-${version}`, namespace, labels: { ...labels, ...ours } },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'tcp-echo',
                image: 'registry.istio.io/release/tcp-echo-server:1.3',
                imagePullPolicy: 'IfNotPresent',
                args: ['9000,9001,9002', prefix],
                ports: [{ containerPort: 9000 }, { containerPort: 9001 }],
              },
            ],
          },
        },
      },
    });
  });

  test('come with a client', async () => {
    const objects = await objectsOf('istio');
    const labels = { app: 'curl' };
    expect(named(objects, 'ServiceAccount', 'curl').metadata).toEqual({
      name: 'curl',
      namespace,
      labels: { ...labels, ...ours },
    });
    expect(named(objects, 'Service', 'curl').spec).toEqual({ selector: labels, ports: [{ name: 'http', port: 80 }] });
    expect(named(objects, 'Deployment', 'curl').spec).toEqual({
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'curl',
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'curl',
              image: 'docker.io/curlimages/curl:8.16.0',
              imagePullPolicy: 'IfNotPresent',
              command: ['/bin/sleep', 'infinity'],
              volumeMounts: [{ name: 'secret-volume', mountPath: '/etc/curl/tls' }],
            },
          ],
          volumes: [{ name: 'secret-volume', secret: { secretName: 'curl-secret', optional: true } }],
        },
      },
    });
  });
});

describe('the routing of the Istio API', () => {
  test('is that of the task', async () => {
    const objects = await objectsOf('istio');
    expect(named(objects, 'Gateway', 'tcp-echo-gateway')).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'tcp-echo-gateway', namespace, labels: ours },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 31400, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] }],
      },
    });
    expect(named(objects, 'DestinationRule', 'tcp-echo-destination').spec).toEqual({
      host: 'tcp-echo',
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' } },
      ],
    });
    const destination = (subset: string) => ({ host: 'tcp-echo', port: { number: 9000 }, subset });
    expect(named(objects, 'VirtualService', 'tcp-echo').spec).toEqual({
      hosts: ['*'],
      gateways: ['tcp-echo-gateway'],
      tcp: [
        {
          match: [{ port: 31400 }],
          route: [
            { destination: destination('v1'), weight: 100 },
            { destination: destination('v2'), weight: 0 },
          ],
        },
      ],
    });
  });
});

describe('the routing of the Gateway API', () => {
  test('is that of the task', async () => {
    const objects = await objectsOf('gateway-api');
    expect(named(objects, 'Gateway', 'tcp-echo-gateway')).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'tcp-echo-gateway', namespace, labels: ours },
      spec: {
        gatewayClassName: 'istio',
        listeners: [
          { name: 'tcp-31400', protocol: 'TCP', port: 31400, allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } },
        ],
      },
    });
    expect(named(objects, 'Service', 'tcp-echo-v2').spec).toEqual({
      selector: { app: 'tcp-echo', version: 'v2' },
      ports: [{ name: 'tcp', port: 9000 }],
    });
    expect(named(objects, 'TCPRoute', 'tcp-echo').spec).toEqual({
      parentRefs: [{ name: 'tcp-echo-gateway', sectionName: 'tcp-31400' }],
      rules: [
        {
          backendRefs: [
            { name: 'tcp-echo-v1', port: 9000, weight: 100 },
            { name: 'tcp-echo-v2', port: 9000, weight: 0 },
          ],
        },
      ],
    });
  });
});

describe('what can be chosen', () => {
  test.each<[RoutingApiName, string]>([
    ['gateway-api', 'tcp-31400'],
    ['istio', 'tcp'],
  ])('%s: the port, and as many versions as are wanted', async (api, listener) => {
    const versions = ['v1', 'v2', 'v3'].map((name) => ({ name, prefix: `p-${name}`, weight: 1 }));
    const objects = await objectsOf(api, { port: 5432, versions });
    const text = JSON.stringify(objects);
    expect(text).not.toContain('31400');
    expect(text).toContain(listener.replace('31400', '5432'));
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(4);
    const route = objects.at(-1)!;
    expect(JSON.stringify(route.spec).match(/"weight":1/g)).toHaveLength(3);
  });

  test('no client', async () => {
    expect(titles(await objectsOf('istio', { client: false }))).toEqual(
      expect.not.arrayContaining(['ServiceAccount curl', 'Service curl', 'Deployment curl']),
    );
  });

  test('sidecars in the namespace', async () => {
    const [created] = await objectsOf('istio', { inject: true });
    expect(created!.metadata.labels).toEqual({ 'istio-injection': 'enabled', ...ours });
  });

  test('the gateway class, the namespace and the versions of the kinds', async () => {
    const apiVersions = {
      Gateway: 'gateway.networking.k8s.io/v1beta1',
      TCPRoute: 'gateway.networking.k8s.io/v1alpha2',
    };
    const objects = await objectsOf('gateway-api', { gatewayClass: 'traefik', namespace: 'db', apiVersions });
    expect(named(objects, 'Gateway', 'tcp-echo-gateway')).toMatchObject({
      apiVersion: apiVersions.Gateway,
      spec: { gatewayClassName: 'traefik' },
    });
    expect(objects.at(-1)!.apiVersion).toBe(apiVersions.TCPRoute);
    expect(new Set(objects.slice(1).map(({ metadata }) => metadata.namespace))).toEqual(new Set(['db']));
  });

  test.each(['mirror.example.com:5000/istio', 'mirror.example.com:5000/istio/'])(
    'the registry: %s',
    async (registry) => {
      const objects = await objectsOf('istio', { imageRegistry: registry });
      const imageOf = (name: string) => named(objects, 'Deployment', name).spec.template.spec.containers[0].image;
      expect(imageOf('tcp-echo-v1')).toBe('mirror.example.com:5000/istio/tcp-echo-server:1.3');
      expect(imageOf('curl')).toBe('mirror.example.com:5000/istio/curlimages/curl:8.16.0');
    },
  );
});

describe('the label that says whose an object is', () => {
  test.each<RoutingApiName>(['gateway-api', 'istio'])('%s: is on every object, and in no selector', async (api) => {
    for (const object of await objectsOf(api)) {
      expect(object.metadata.labels).toMatchObject(ours);
      expect(JSON.stringify(object.spec ?? {})).not.toContain('managed-by');
    }
  });
});
