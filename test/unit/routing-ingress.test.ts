import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { gatewayApi } from '../../src/routing/gateway-api/gateway-api.ts';
import { istio } from '../../src/routing/istio/istio.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { rejection } from '../helpers/refusal.ts';
import {
  gateway,
  ingressPod,
  ingressService,
  istioGateway,
  namespace,
  taskBackends,
  taskRule,
  tcpRoute,
  virtualService,
} from '../helpers/routes.ts';

const route = istio.readRoute(virtualService([taskRule]));
const source = { apiVersion: 'v1', kind: 'Service', name: 'istio-ingressgateway', namespace: 'istio-system' };

describe('the ingress of the Istio API', () => {
  const ingress = (...objects: KubeObject[]) => istio.findIngress(route, memoryReader({ objects }));

  test("is the load balancer's address and the Service port with the server's number", async () => {
    const found = await ingress(istioGateway(), ingressPod(), ingressService());
    expect(found).toEqual({ host: '203.0.113.7', port: 31400, source });
  });

  test('may be a host name', async () => {
    const service = ingressService({}, [{ hostname: 'lb.example.com' }]);
    expect((await ingress(istioGateway(), ingressPod(), service)).host).toBe('lb.example.com');
  });

  test("is a node's address and node port where there is no load balancer", async () => {
    const found = await ingress(istioGateway(), ingressPod(), ingressService({ type: 'NodePort' }, []));
    expect(found).toEqual({ host: '10.0.0.9', port: 30123, source });
  });

  test("is found in Helm's namespace, and in any other", async () => {
    for (const owner of ['istio-ingress', namespace, 'edge']) {
      const service = ingressService();
      service.metadata.namespace = owner;
      const found = await ingress(istioGateway(), ingressPod(owner), service);
      expect(found.source.namespace).toBe(owner);
    }
  });

  test('is found where other namespaces may not be read', async () => {
    const objects = [istioGateway(), ingressPod('istio-ingress'), ingressService()];
    objects[2]!.metadata.namespace = 'istio-ingress';
    const reader = memoryReader({ objects, forbidden: ['istio-system', '*'] });
    expect((await istio.findIngress(route, reader)).host).toBe('203.0.113.7');
    const nothing = memoryReader({ objects: [istioGateway()], forbidden: ['istio-system', '*'] });
    expect(await rejection(istio.findIngress(route, nothing))).toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('istio-system'),
    });
  });

  test('prefers, of several Services that expose the port, one with an address', async () => {
    const pending = ingressService({}, []);
    pending.metadata.name = 'a-first';
    const found = await ingress(istioGateway(), ingressPod(), pending, ingressService());
    expect(found.source.name).toBe('istio-ingressgateway');
  });

  test.each<[string, KubeObject[], string, string]>([
    [
      'a Service without the port, with the command that adds it',
      [istioGateway(), ingressPod(), ingressService({ ports: [{ name: 'http2', port: 80 }] })],
      'Service istio-system/istio-ingressgateway does not expose port 31400',
      `add the port: kubectl patch service istio-ingressgateway -n istio-system --type=json -p '[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp","port":31400,"targetPort":31400,"protocol":"TCP"}}]'`,
    ],
    [
      'a Service whose port of this number is for UDP, and whose name for it is taken',
      [istioGateway(), ingressPod(), ingressService({ ports: [{ name: 'tcp', port: 31400, protocol: 'UDP' }] })],
      'Service istio-system/istio-ingressgateway does not expose port 31400',
      `add the port: kubectl patch service istio-ingressgateway -n istio-system --type=json -p '[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-31400","port":31400,"targetPort":31400,"protocol":"TCP"}}]'`,
    ],
    [
      'an address that is pending',
      [istioGateway(), ingressPod(), ingressService({}, [])],
      'Service istio-system/istio-ingressgateway has no external address yet',
      'probe with --from port-forward, or wait for the load balancer; on minikube: minikube tunnel',
    ],
    [
      'a Service for inside alone',
      [istioGateway(), ingressPod(), ingressService({ type: 'ClusterIP' }, [])],
      'Service istio-system/istio-ingressgateway is of type ClusterIP, without an outside address',
      'probe with --from port-forward, or give the Service an outside address',
    ],
    [
      'no ingress gateway',
      [istioGateway(), ingressService()],
      'no ingress gateway runs here: no pod is labelled istio=ingressgateway',
      'install one, for example: istioctl install --set profile=demo',
    ],
    [
      'no Service in front of it',
      [istioGateway(), ingressPod(), ingressService({ selector: { app: 'other' } })],
      'no Service selects the ingress gateway Pod istio-system/gw-1',
      'put a Service in front of it, or probe with --from port-forward',
    ],
    [
      'no Gateway',
      [ingressPod(), ingressService()],
      `VirtualService ${namespace}/tcp-echo is bound to Gateway tcp-echo-gateway, which does not exist`,
      'bind it to a Gateway that exists',
    ],
    [
      'a Gateway without 31400',
      [istioGateway(31401), ingressPod(), ingressService()],
      `Gateway ${namespace}/tcp-echo-gateway has no server on port 31400, which VirtualService ${namespace}/tcp-echo needs`,
      `add one: kubectl edit gateways.networking.istio.io tcp-echo-gateway -n ${namespace}`,
    ],
  ])('tells %s', async (_, objects, message, hint) => {
    expect(await rejection(ingress(...objects))).toMatchObject({ kind: 'unreachable', exitCode: 6, message, hint });
  });

  test('of a route that names no port is that of the only TCP server', async () => {
    const anyPort = istio.readRoute(virtualService([{ route: taskRule.route }]));
    const server = (number: number, protocol = 'TCP') => ({ port: { number, name: `p${number}`, protocol } });
    const find = (...servers: object[]) => {
      const objects = [istioGateway(1, { servers }), ingressPod(), ingressService()];
      return istio.findIngress(anyPort, memoryReader({ objects }));
    };
    expect((await find(server(80, 'HTTP'), server(31400))).port).toBe(31400);
    const several = await rejection(find(server(31400), server(5432)));
    expect(several).toMatchObject({
      kind: 'usage',
      hint: 'name one by its port: --listener-port 31400 or --listener-port 5432',
    });
    expect((await rejection(find(server(80, 'HTTP')))).message).toContain('has no TCP server');
  });

  test('may be bound to a Gateway of another namespace', async () => {
    const view = istio.readRoute(virtualService([taskRule], { gateways: ['mesh', 'edge/tcp-echo-gateway'] }));
    const elsewhere = istioGateway();
    elsewhere.metadata.namespace = 'edge';
    const reader = memoryReader({ objects: [elsewhere, ingressPod(), ingressService()] });
    expect((await istio.findIngress(view, reader)).port).toBe(31400);
  });

  test('does not exist for a route of sidecars alone', async () => {
    const view = istio.readRoute(virtualService([{ route: taskRule.route }], { gateways: ['mesh'] }));
    const error = await rejection(istio.findIngress(view, memoryReader({ objects: [] })));
    expect(error.message).toBe(`VirtualService ${namespace}/tcp-echo has no gateway`);
  });
});

describe('gateway pods of the Istio API', () => {
  const pods = (service: KubeObject) =>
    istio.gatewayPods(route, memoryReader({ objects: [istioGateway(), ingressPod(), service] }));
  const selected = { namespace: 'istio-system', labelSelector: 'istio=ingressgateway' };

  test.each<[string, unknown, number]>([
    ['a number', 31401, 31401],
    ['a name', 'tcp-in', 31499],
    ['a name that no container has', 'gone', 31400],
    ['absent', undefined, 31400],
  ])("listen on the Service's target port: %s", async (_, target, listenerPort) => {
    const ports = [{ name: 'tcp', port: 31400, ...(target === undefined ? {} : { targetPort: target }) }];
    expect(await pods(ingressService({ ports }))).toEqual([{ ...selected, listenerPort }]);
  });

  test("listen on the server's own port where the Service does not expose it", async () => {
    expect(await pods(ingressService({ ports: [] }))).toEqual([{ ...selected, listenerPort: 31400 }]);
  });

  test('are those of every namespace, each listening where its own Service leads', async () => {
    const services = ['edge', 'istio-system'].map((owner, index) => {
      const service = ingressService({ ports: [{ name: 'tcp', port: 31400, targetPort: 31400 + index }] });
      service.metadata.namespace = owner;
      return service;
    });
    const objects = [istioGateway(), ingressPod('edge'), ingressPod(), ingressPod('bare'), ...services];
    expect(await istio.gatewayPods(route, memoryReader({ objects }))).toEqual([
      { ...selected, listenerPort: 31401 },
      { ...selected, namespace: 'edge', listenerPort: 31400 },
      { ...selected, namespace: 'bare', listenerPort: 31400 },
    ]);
    const reader = memoryReader({ objects, forbidden: ['*'] });
    expect(await istio.gatewayPods(route, reader)).toEqual([{ ...selected, listenerPort: 31401 }]);
  });
});

const tcp = gatewayApi.readRoute(tcpRoute(taskBackends));
const programmed = { addresses: [{ type: 'IPAddress', value: '203.0.113.8' }] };

describe('the ingress of the Gateway API', () => {
  const ingress = (...objects: KubeObject[]) => gatewayApi.findIngress(tcp, memoryReader({ objects }));

  test("is the Gateway's address and the listener's port", async () => {
    expect(await ingress(gateway(programmed))).toEqual({
      host: '203.0.113.8',
      port: 31400,
      source: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', namespace, name: 'tcp-echo-gateway' },
    });
  });

  test('is told to be pending in the words of the condition', async () => {
    const condition = {
      type: 'Programmed',
      status: 'False',
      reason: 'AddressNotAssigned',
      message: 'no load balancer',
    };
    const error = await rejection(ingress(gateway({ conditions: [condition] })));
    expect(error).toMatchObject({
      kind: 'unreachable',
      message: `Gateway ${namespace}/tcp-echo-gateway has no address yet (AddressNotAssigned: no load balancer)`,
      hint: `probe with --from port-forward, or wait for it: kubectl wait --for=condition=Programmed gateways.gateway.networking.k8s.io/tcp-echo-gateway -n ${namespace}`,
    });
    expect((await rejection(ingress(gateway()))).message).toMatch(/has no address yet$/);
  });

  test.each<[string, KubeObject[], string]>([
    [
      'no Gateway',
      [],
      `TCPRoute ${namespace}/tcp-echo refers to Gateway ${namespace}/tcp-echo-gateway, which does not exist`,
    ],
    [
      'a Gateway without the listener',
      [gateway(programmed, [{ name: 'web', protocol: 'HTTP', port: 80 }])],
      `Gateway ${namespace}/tcp-echo-gateway has no TCP listener tcp-31400; it has web (HTTP 80)`,
    ],
  ])('tells %s', async (_, objects, message) => {
    expect(await rejection(ingress(...objects))).toMatchObject({ kind: 'unreachable', message });
  });

  test('is picked by port where the route fits several listeners', async () => {
    const parentRefs = [{ name: 'tcp-echo-gateway' }];
    const listeners = [
      { name: 'a', protocol: 'TCP', port: 31400 },
      { name: 'b', protocol: 'TCP', port: 5432 },
      { name: 'c', protocol: 'HTTP', port: 80 },
    ];
    const find = (port?: number) => {
      const view = gatewayApi.readRoute(tcpRoute(taskBackends, { parentRefs }), port);
      return gatewayApi.findIngress(view, memoryReader({ objects: [gateway(programmed, listeners)] }));
    };
    expect((await find(5432)).port).toBe(5432);
    expect(await rejection(find())).toMatchObject({
      kind: 'usage',
      hint: 'name one by its port: --listener-port 31400 or --listener-port 5432',
    });
    expect((await rejection(find(80))).kind).toBe('unreachable');
  });

  test('leaves out references to other kinds than Gateways', async () => {
    const parentRefs = [{ group: '', kind: 'Service', name: 'tcp-echo' }];
    const view = gatewayApi.readRoute(tcpRoute(taskBackends, { parentRefs }));
    const error = await rejection(gatewayApi.findIngress(view, memoryReader({ objects: [gateway(programmed)] })));
    expect(error.message).toBe(`TCPRoute ${namespace}/tcp-echo refers to no Gateway`);
  });
});

describe('gateway pods of the Gateway API', () => {
  const nameLabel = { 'gateway.networking.k8s.io/gateway-name': 'tcp-echo-gateway' };
  const pod = (owner: string, labels: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'gw', namespace: owner, labels },
  });
  const service = (owner: string, selector: Record<string, string>, target: number): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'gw', namespace: owner },
    spec: { selector, ports: [{ port: 31400, targetPort: target }] },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.8' }] } },
  });
  const find = (...objects: KubeObject[]) =>
    gatewayApi.gatewayPods(tcp, memoryReader({ objects: [gateway(programmed), ...objects] }));

  test("carry the Gateway's name, and listen where their Service leads", async () => {
    const labelSelector = 'gateway.networking.k8s.io/gateway-name=tcp-echo-gateway';
    expect(await find(pod(namespace, nameLabel))).toEqual([{ namespace, labelSelector, listenerPort: 31400 }]);
    expect(await find(pod(namespace, nameLabel), service(namespace, nameLabel, 9))).toEqual([
      { namespace, labelSelector, listenerPort: 9 },
    ]);
  });

  test("are otherwise those behind the Service with the Gateway's address", async () => {
    const labels = { app: 'traefik' };
    expect(await find(pod('traefik', labels), service('traefik', labels, 8000))).toEqual([
      { namespace: 'traefik', labelSelector: 'app=traefik', listenerPort: 8000 },
    ]);
  });

  test('are told to be missing', async () => {
    expect(await rejection(find())).toMatchObject({
      kind: 'unreachable',
      message: `no pod of Gateway ${namespace}/tcp-echo-gateway was found`,
    });
  });
});
