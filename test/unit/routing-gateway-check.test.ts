import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { gatewayProblems } from '../../src/operations/preflight.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { gateway, ingressPod, ingressService, istioGateway } from '../helpers/routes.ts';

function gatewayClass(name: string, ...conditions: object[]): KubeObject {
  const spec = { controllerName: 'test.io/controller' };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name },
    spec,
    status: { conditions },
  };
}

const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'fine' };
const refused = { type: 'Accepted', status: 'False', reason: 'InvalidParameters', message: 'no such ConfigMap' };

async function problems(wanted: KubeObject, objects: KubeObject[], forbidden: string[] = []): Promise<object[]> {
  const api = wanted.apiVersion.startsWith('networking.istio.io') ? 'istio' : 'gateway-api';
  const found = await gatewayProblems(routingApis[api], wanted, memoryReader({ objects, forbidden }));
  return found.map(({ kind, message, hint }) => ({ kind, message, hint }));
}

describe('a Gateway of the Gateway API', () => {
  test('needs a class that a controller has accepted', async () => {
    expect(await problems(gateway(), [gatewayClass('traefik'), gatewayClass('istio', accepted)])).toEqual([]);
  });

  test.each([
    ['none', [], 'install a Gateway API implementation, such as Istio'],
    ['cilium, traefik', [gatewayClass('cilium'), gatewayClass('traefik')], 'choose one of them with --gateway-class'],
  ])('of a class that does not exist; the cluster has %s', async (known, classes, hint) => {
    const message = `GatewayClass istio does not exist; the cluster has ${known}`;
    expect(await problems(gateway(), classes)).toEqual([{ kind: 'cluster', message, hint }]);
  });

  test.each([
    ['no controller has taken it up', []],
    ['InvalidParameters: no such ConfigMap', [refused]],
  ])('of a class that is not accepted: %s', async (why, conditions) => {
    expect(await problems(gateway(), [gatewayClass('istio', ...conditions)])).toEqual([
      {
        kind: 'cluster',
        message: `GatewayClass istio is not Accepted (${why})`,
        hint: 'see why: kubectl describe gatewayclass istio',
      },
    ]);
  });

  test('is left alone where the user may not list classes', async () => {
    expect(await problems(gateway(), [], ['*'])).toEqual([]);
  });
});

describe('a Gateway of the Istio API', () => {
  test('needs pods behind a Service that exposes its port', async () => {
    expect(await problems(istioGateway(), [ingressPod(), ingressService()])).toEqual([]);
    expect(
      await problems(istioGateway(), [
        ingressPod('elsewhere'),
        { ...ingressService(), metadata: { name: 'gw', namespace: 'elsewhere' } },
      ]),
    ).toEqual([]);
  });

  test('without pods', async () => {
    expect(await problems(istioGateway(), [ingressService()])).toEqual([
      {
        kind: 'unreachable',
        message: 'no ingress gateway runs here: no pod is labelled istio=ingressgateway',
        hint: 'install one, for example: istioctl install --set profile=demo',
      },
    ]);
  });

  test('without its port on the Service, as in all profiles of Istio but demo', async () => {
    const ports = [{ name: 'http2', port: 80, targetPort: 8080, protocol: 'TCP' }];
    const [problem] = await gatewayProblems(
      routingApis.istio,
      istioGateway(),
      memoryReader({ objects: [ingressPod(), ingressService({ ports })] }),
    );
    expect(problem).toMatchObject({
      kind: 'unreachable',
      exitCode: 6,
      message: 'Service istio-system/istio-ingressgateway does not expose port 31400',
    });
    expect(problem!.hint).toMatch(
      /^add the port: kubectl patch service istio-ingressgateway -n istio-system --type=json /,
    );
  });

  test('is left alone where the user may not list pods anywhere', async () => {
    const namespaces = ['*', 'istio-system', 'istio-ingress', istioGateway().metadata.namespace!];
    expect(await problems(istioGateway(), [ingressPod()], namespaces)).toEqual([]);
  });
});
