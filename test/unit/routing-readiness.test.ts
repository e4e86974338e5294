import { describe, expect, test } from 'vitest';
import type { Condition, KubeObject } from '../../src/core/objects.ts';
import { gatewayApi } from '../../src/routing/gateway-api/gateway-api.ts';
import { istio } from '../../src/routing/istio/istio.ts';
import { memoryReader } from '../helpers/memory-reader.ts';
import { gateway, taskBackends, taskRule, tcpRoute, virtualService } from '../helpers/routes.ts';

function condition(type: string, status: Condition['status'], more: Partial<Condition> = {}): Condition {
  return { type, status, observedGeneration: 2, reason: type, ...more };
}

const parentRef = {
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  name: 'tcp-echo-gateway',
  sectionName: 'tcp-31400',
};

async function statesOf(route: KubeObject, ...gateways: KubeObject[]) {
  const view = gatewayApi.readRoute(route);
  const found = await gatewayApi.readiness(view, memoryReader({ objects: gateways }));
  return found.map(({ type, ref, state, reason }) => [ref.kind, type, state, reason]);
}

function routeWith(...conditions: Condition[]): KubeObject {
  return { ...tcpRoute(taskBackends), status: { parents: [{ parentRef, controllerName: 'x', conditions }] } };
}

const programmed = { conditions: [condition('Programmed', 'True')] };

describe('readiness of a TCPRoute', () => {
  test('is Accepted and ResolvedRefs by the parent, and Programmed of the Gateway', async () => {
    const route = routeWith(condition('Accepted', 'True'), condition('ResolvedRefs', 'True'));
    expect(await statesOf(route, gateway(programmed))).toEqual([
      ['TCPRoute', 'Accepted', 'true', 'Accepted'],
      ['TCPRoute', 'ResolvedRefs', 'true', 'ResolvedRefs'],
      ['Gateway', 'Programmed', 'true', 'Programmed'],
    ]);
  });

  test("keeps the server's words about what is false", async () => {
    const message = 'backend(tcp-echo-v3) not found';
    const route = routeWith(
      condition('Accepted', 'True'),
      condition('ResolvedRefs', 'False', { reason: 'BackendNotFound', message }),
    );
    const view = gatewayApi.readRoute(route);
    const found = await gatewayApi.readiness(view, memoryReader({ objects: [gateway(programmed)] }));
    expect(found[1]).toEqual({
      type: 'ResolvedRefs',
      ref: view.ref,
      state: 'false',
      reason: 'BackendNotFound',
      message,
    });
  });

  test.each<[string, Condition[], string]>([
    ['of an earlier generation', [condition('Accepted', 'True', { observedGeneration: 1 })], 'pending'],
    ['false, of an earlier generation', [condition('Accepted', 'False', { observedGeneration: 1 })], 'pending'],
    ['unknown', [condition('Accepted', 'Unknown')], 'pending'],
    ['missing', [], 'pending'],
    ['of a later generation', [condition('Accepted', 'True', { observedGeneration: 3 })], 'true'],
    ['without a generation', [{ type: 'Accepted', status: 'True' }], 'true'],
  ])('counts a condition that is %s', async (_, conditions, state) => {
    const [accepted] = await statesOf(routeWith(...conditions), gateway(programmed));
    expect(accepted?.slice(0, 3)).toEqual(['TCPRoute', 'Accepted', state]);
  });

  test('is pending while no controller took up the reference, or only another one', async () => {
    const other = { ...parentRef, sectionName: 'tcp-31401' };
    const conditions = [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')];
    const elsewhere = { ...tcpRoute(taskBackends), status: { parents: [{ parentRef: other, conditions }] } };
    for (const route of [tcpRoute(taskBackends), elsewhere]) {
      const states = await statesOf(route, gateway(programmed));
      expect(states.slice(0, 2)).toEqual([
        ['TCPRoute', 'Accepted', 'pending', undefined],
        ['TCPRoute', 'ResolvedRefs', 'pending', undefined],
      ]);
    }
  });

  test.each([
    ['v1', 'istio.io/gateway-controller', /^use Istio 1\.31 or later/],
    [
      'v1alpha2',
      'istio.io/gateway-controller',
      /PILOT_ENABLE_ALPHA_GATEWAY_API=true; for later ones, install the CRDs/,
    ],
    ['v1', 'example.com/controller', /^see whether the controller of GatewayClass istio runs, and reads TCPRoute v1: /],
    ['v1', undefined, /^see whether the controller of GatewayClass istio runs/],
  ])('advises where no controller takes %s up, by the controller: %s', async (version, controllerName, advice) => {
    const route = { ...tcpRoute(taskBackends), apiVersion: `gateway.networking.k8s.io/${version}` };
    const gatewayClass = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'istio' },
      spec: { controllerName },
    };
    const objects = [gateway(programmed), ...(controllerName === undefined ? [] : [gatewayClass])];
    const [accepted] = await gatewayApi.readiness(gatewayApi.readRoute(route), memoryReader({ objects }));
    expect(accepted).toMatchObject({ state: 'pending', advice: expect.stringMatching(advice) });
  });

  test('tells a Gateway that does not exist', async () => {
    expect((await statesOf(routeWith())).at(-1)).toEqual(['Gateway', 'Programmed', 'false', 'NotFound']);
  });

  test("tells what is wrong with the route's listener, and leaves out other listeners", async () => {
    const taken = condition('Accepted', 'False', { reason: 'PortUnavailable', message: 'port 31400 is in use' });
    const listeners = [
      { name: 'tcp-31400', conditions: [taken, condition('Programmed', 'True')] },
      { name: 'other', conditions: [condition('Programmed', 'False')] },
    ];
    const view = gatewayApi.readRoute(routeWith());
    const objects = [gateway({ ...programmed, listeners })];
    const found = await gatewayApi.readiness(view, memoryReader({ objects }));
    expect(found.slice(2)).toMatchObject([
      { type: 'Programmed', state: 'true' },
      {
        type: 'Accepted',
        state: 'false',
        reason: 'PortUnavailable',
        message: 'listener tcp-31400: port 31400 is in use',
      },
    ]);
  });
});

describe('readiness of a VirtualService', () => {
  const readiness = (status?: unknown) => {
    const route = { ...virtualService([taskRule]), ...(status === undefined ? {} : { status }) };
    return istio.readiness(istio.readRoute(route), memoryReader({ objects: [] }));
  };

  test('is absent where Istio writes no status', async () => {
    expect(await readiness()).toMatchObject([{ type: 'Accepted', state: 'absent' }]);
    expect(await readiness({})).toMatchObject([{ type: 'Accepted', state: 'absent' }]);
  });

  test('is what the conditions say, for the generation that the status is of', async () => {
    const conditions = [{ type: 'Reconciled', status: 'True' }];
    expect(await readiness({ conditions })).toMatchObject([{ type: 'Reconciled', state: 'true' }]);
    expect(await readiness({ conditions, observedGeneration: '2' })).toMatchObject([{ state: 'true' }]);
    expect(await readiness({ conditions, observedGeneration: '1' })).toMatchObject([{ state: 'pending' }]);
  });

  test('is false where the analysis found an error', async () => {
    const found = { type: { code: 'IST0101', name: 'ReferencedResourceNotFound' } };
    const messages = [
      { ...found, level: 'ERROR' },
      { ...found, level: 'WARNING' },
    ];
    expect(await readiness({ validationMessages: messages })).toMatchObject([
      { state: 'false', reason: 'ReferencedResourceNotFound', message: 'IST0101 ReferencedResourceNotFound' },
    ]);
  });
});
