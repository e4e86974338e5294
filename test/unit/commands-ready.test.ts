import { describe, expect, test } from 'vitest';
import { waitReady } from '../../src/operations/route/readiness.ts';
import type { Target } from '../../src/operations/route/target.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { memorySession, type MemoryOptions } from '../helpers/memory-session.ts';
import { rejection } from '../helpers/refusal.ts';
import { gateway, taskBackends, taskRule, tcpRoute, virtualService } from '../helpers/routes.ts';

function condition(type: string, status: string, reason: string, message = ''): object {
  return { type, status, reason, message, observedGeneration: 2 };
}

const fine = ['Accepted', 'ResolvedRefs'].map((type) => condition(type, 'True', type));

/** The task's TCPRoute, about which its Gateway's controller says this. */
function route(conditions: readonly object[]): KubeObject {
  const object = tcpRoute(taskBackends);
  return { ...object, status: { parents: [{ parentRef: object.spec.parentRefs[0], conditions }] } };
}

const programmed = gateway({ conditions: [condition('Programmed', 'True', 'Programmed')] });

/** The task's Gateway, of which one listener says this. */
function listening(reason: string): KubeObject {
  const failed = [condition('Programmed', 'False', reason, 'port 31400 is in use')];
  return gateway({
    conditions: [condition('Programmed', 'False', 'AddressNotUsable', 'no address')],
    listeners: [{ name: 'tcp-31400', conditions: failed }],
  });
}

function targetOf(object: KubeObject): Target {
  const api = object.kind === 'TCPRoute' ? routingApis['gateway-api'] : routingApis.istio;
  return { api, view: api.readRoute(object) } as Target;
}

/** Waits for a route among objects that `passing` may change. */
function wait(objects: KubeObject[], options: MemoryOptions = {}, timeoutMs = 10_000) {
  const { session, clock, warnings } = memorySession(
    { objects, served: { 'Gateway.gateway.networking.k8s.io': ['v1'] } },
    options,
  );
  const start = clock.now();
  const ready = waitReady(targetOf(objects[0]!), session, {
    timeoutMs,
    addressMs: 3000,
    hint: ({ type }) => `look at ${type}`,
  });
  return { ready, elapsed: () => clock.now() - start, warnings };
}

describe('a route', () => {
  test('whose conditions all hold is not waited for', async () => {
    const { ready, elapsed } = wait([route(fine), programmed]);
    expect((await ready).map(({ type, state }) => [type, state])).toEqual([
      ['Accepted', 'true'],
      ['ResolvedRefs', 'true'],
      ['Programmed', 'true'],
    ]);
    expect(elapsed()).toBe(0);
  });

  test('whose API writes no conditions is not waited for', async () => {
    const { ready, elapsed } = wait([virtualService([taskRule])]);
    expect(await ready).toMatchObject([{ state: 'absent' }]);
    expect(elapsed()).toBe(0);
  });

  test('is waited for until its controller has said something', async () => {
    const objects = [route([]), programmed];
    const { ready, elapsed } = wait(objects, {
      passing: (ms) => {
        if (ms >= 5000) objects[0] = route(fine);
      },
    });
    expect((await ready).every(({ state }) => state === 'true')).toBe(true);
    expect(elapsed()).toBe(5000);
  });

  test('of which only an earlier generation was judged ends the wait when the time is up', async () => {
    const stale = fine.map((each) => ({ ...each, observedGeneration: 1 }));
    const { ready, elapsed } = wait([route(stale), programmed], {}, 3000);
    expect(await rejection(ready)).toMatchObject({
      kind: 'timeout',
      message:
        'after 3s TCPRoute tcp-echo has no current Accepted condition: its controller has not taken up the last change yet',
      hint: 'look at Accepted',
    });
    expect(elapsed()).toBe(3000);
  });

  test('that is deleted meanwhile', async () => {
    const objects = [route([]), programmed];
    const { ready } = wait(objects, { passing: () => void objects.shift() });
    expect(await rejection(ready)).toMatchObject({
      kind: 'conflict',
      message: 'TCPRoute tcp-echo was deleted while tcpshift waited for it',
    });
  });
});

describe('a refusal', () => {
  const refused = [condition('Accepted', 'False', 'NoMatchingParent', 'no listener'), fine[1]!];

  test('that stands for two seconds is the verdict', async () => {
    const { ready, elapsed } = wait([route(refused), programmed]);
    expect(await rejection(ready)).toMatchObject({
      kind: 'rejected',
      message: 'TCPRoute tcp-echo is not Accepted: NoMatchingParent (no listener)',
      hint: 'look at Accepted',
    });
    expect(elapsed()).toBe(2000);
  });

  test('that passes sooner is none', async () => {
    const objects = [route(refused), programmed];
    const { ready } = wait(objects, {
      passing: (ms) => {
        if (ms >= 1800) objects[0] = route(fine);
      },
    });
    await expect(ready).resolves.toHaveLength(3);
  });

  test('that gives way to another one is counted anew', async () => {
    const objects = [route(refused), programmed];
    const { ready, elapsed } = wait(objects, {
      passing: (ms) => {
        if (ms >= 1800) objects[0] = route([fine[0]!, condition('ResolvedRefs', 'False', 'BackendNotFound')]);
      },
    });
    expect((await rejection(ready)).message).toBe('TCPRoute tcp-echo is not ResolvedRefs: BackendNotFound');
    expect(elapsed()).toBe(3800);
  });

  test('by a controller that is still at work is waited out', async () => {
    const pending = gateway({ conditions: [condition('Programmed', 'False', 'NoResources', 'pending')] });
    const { ready, elapsed } = wait([route(fine), pending], {}, 4000);
    expect(await rejection(ready)).toMatchObject({
      kind: 'timeout',
      message: 'after 4s Gateway tcp-echo-gateway is not Programmed: NoResources (pending)',
    });
    expect(elapsed()).toBe(4000);
  });

  test('of a listener counts before the silence about the route, with what its message advises', async () => {
    const message = 'protocol "TCP" is supported, but only when PILOT_ENABLE_ALPHA_GATEWAY_API=true is configured';
    const refusing = gateway({
      conditions: [condition('Programmed', 'True', 'Programmed')],
      listeners: [{ name: 'tcp-31400', conditions: [condition('Accepted', 'False', 'UnsupportedProtocol', message)] }],
    });
    const { ready, elapsed } = wait([tcpRoute(taskBackends), refusing]);
    expect(await rejection(ready)).toMatchObject({
      kind: 'rejected',
      message: `Gateway tcp-echo-gateway is not Accepted: UnsupportedProtocol (listener tcp-31400: ${message})`,
      hint: 'let istiod take up TCPRoutes: kubectl set env -n istio-system deployment/istiod PILOT_ENABLE_ALPHA_GATEWAY_API=true',
    });
    expect(elapsed()).toBe(2000);
  });

  test('for a port that is taken is final, and told before what follows from it', async () => {
    const { ready, elapsed } = wait([route(fine), listening('PortUnavailable')]);
    expect(await rejection(ready)).toMatchObject({
      kind: 'rejected',
      message: 'Gateway tcp-echo-gateway is not Programmed: PortUnavailable (listener tcp-31400: port 31400 is in use)',
    });
    expect(elapsed()).toBe(0);
  });
});

describe('a Gateway that lacks nothing but an address', () => {
  const pending = gateway({ conditions: [condition('Programmed', 'False', 'AddressNotAssigned', 'pending')] });

  test('is waited for a while, then done without, with a warning', async () => {
    const { ready, elapsed, warnings } = wait([route(fine), pending]);
    await expect(ready).resolves.toHaveLength(3);
    expect(elapsed()).toBe(3000);
    expect(warnings).toEqual([
      'Gateway tcp-echo-gateway is not Programmed: AddressNotAssigned (pending); going on without an address',
    ]);
  });

  test('does not hide that the route is not accepted', async () => {
    const { ready } = wait([route([]), pending], {}, 4000);
    expect((await rejection(ready)).message).toBe('after 4s TCPRoute tcp-echo has no current Accepted condition');
  });
});

test('a route that no controller takes up is told of with what most likely helps', async () => {
  const gatewayClass = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'istio' },
    spec: { controllerName: 'istio.io/gateway-controller' },
  };
  const { ready } = wait([tcpRoute(taskBackends), programmed, gatewayClass], {}, 3000);
  expect(await rejection(ready)).toMatchObject({
    kind: 'timeout',
    message: 'after 3s TCPRoute tcp-echo has no current Accepted condition: no controller has taken it up yet',
    hint: 'use Istio 1.31 or later: the ones before do not read TCPRoute v1',
  });
});

test('a wait that is interrupted ends with the reason', async () => {
  const abort = new AbortController();
  const reason = new ShiftError('interrupted', 'interrupted');
  const { ready } = wait([route([]), programmed], { signal: abort.signal, passing: () => abort.abort(reason) });
  await expect(ready).rejects.toBe(reason);
});
