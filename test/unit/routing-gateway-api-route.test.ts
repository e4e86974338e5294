import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { parseAssignments } from '../../src/core/weights/assignments.ts';
import { planRoute } from '../../src/routing/backends.ts';
import { gatewayApi } from '../../src/routing/gateway-api/gateway-api.ts';
import { refusal } from '../helpers/refusal.ts';
import { namespace, taskBackends, tcpRoute, toService } from '../helpers/routes.ts';

describe('reading a TCPRoute', () => {
  test('of the task gives the parts of its Services as versions', () => {
    const object = tcpRoute(taskBackends);
    const view = gatewayApi.readRoute(object);
    expect(view).toMatchObject({ api: 'gateway-api', rulePath: ['spec', 'rules', 0], port: undefined });
    expect(view.object).toBe(object);
    expect(view.split).toEqual([
      { version: 'v1', weight: 80 },
      { version: 'v2', weight: 20 },
    ]);
    expect([...view.backends]).toEqual([
      ['v1', { service: 'tcp-echo-v1', namespace, port: 9000 }],
      ['v2', { service: 'tcp-echo-v2', namespace, port: 9000 }],
    ]);
  });

  test('counts an omitted weight as 1, and a sole weight of 0 as nothing', () => {
    const weights = (backends: unknown[]) => gatewayApi.readRoute(tcpRoute(backends)).split.map(({ weight }) => weight);
    expect(weights([toService('a', 3), toService('b')])).toEqual([3, 1]);
    expect(weights([toService('a')])).toEqual([1]);
    expect(weights([toService('a', 0)])).toEqual([0]);
  });

  test('qualifies Services of the same name by namespace, then by port', () => {
    const names = (...backends: object[]) => [...gatewayApi.readRoute(tcpRoute(backends)).backends.keys()];
    const pg = { name: 'pg', weight: 1 };
    expect(names({ ...pg, namespace: 'blue', port: 1 }, { ...pg, namespace: 'green', port: 1 })).toEqual([
      'blue/pg',
      'green/pg',
    ]);
    expect(names({ ...pg, namespace: 'db', port: 1 }, { ...pg, namespace: 'db', port: 2 })).toEqual([
      'db/pg:1',
      'db/pg:2',
    ]);
  });

  test('takes the port that was asked, else the one that its references name', () => {
    const parentRefs = [{ name: 'gw', port: 5432 }];
    expect(gatewayApi.readRoute(tcpRoute(taskBackends, { parentRefs })).port).toBe(5432);
    expect(gatewayApi.readRoute(tcpRoute(taskBackends, { parentRefs }), 7).port).toBe(7);
    const both = [...parentRefs, { name: 'gw', port: 5433 }];
    expect(gatewayApi.readRoute(tcpRoute(taskBackends, { parentRefs: both })).port).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['several rules', [{}, {}], 'has 2 rules that fit: rules[0], rules[1]; a TCPRoute has exactly one'],
    ['no rule', [], 'has no rule; a TCPRoute has exactly one'],
    ['no backend', [{}], 'sends its connections nowhere'],
    ['a backend twice', [{ backendRefs: [toService('a'), toService('a')] }], 'lists the same backend twice'],
  ])('refuses %s', (_, rules, message) => {
    const error = refusal(() => gatewayApi.readRoute(tcpRoute([], { rules })));
    expect(error).toMatchObject({ kind: 'usage', message: `TCPRoute ${namespace}/tcp-echo ${message}` });
    expect(error.hint).toContain(`kubectl edit tcproute tcp-echo -n ${namespace}`);
  });
});

describe('writing weights', () => {
  test('changes the weights and nothing else', () => {
    const anything = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(anything, anything, fc.tuple(fc.nat(100), fc.nat(100)), (extra, status, [a, b]) => {
        const backends = taskBackends.map((entry) => ({ ...extra, ...entry, namespace }));
        const object = { ...tcpRoute(backends), status };
        const before = structuredClone(object);
        const split = [
          { version: 'v1', weight: a },
          { version: 'v2', weight: b },
        ];
        const after: KubeObject = gatewayApi.withWeights(gatewayApi.readRoute(object), split);
        expect(object).toEqual(before);
        expect(after.spec.rules[0].backendRefs.map(({ weight }: { weight: number }) => weight)).toEqual([a, b]);
        after.spec.rules[0].backendRefs[0].weight = 80;
        after.spec.rules[0].backendRefs[1].weight = 20;
        expect(after).toEqual(before);
      }),
    );
  });
});

describe('the plan for a route', () => {
  const plan = (backends: unknown[], ...words: string[]) => {
    const view = gatewayApi.readRoute(tcpRoute(backends));
    return planRoute(view, parseAssignments(words), gatewayApi.limits).after.map(({ weight }) => weight);
  };

  test.each(['v2=20', 'tcp-echo-v2=20', `${namespace}/tcp-echo-v2=20`])('understands %s', (word) => {
    expect(plan([toService('tcp-echo-v1', 100), toService('tcp-echo-v2', 0)], word)).toEqual([80, 20]);
  });

  test('knows both names of one version for the same', () => {
    expect(refusal(() => plan(taskBackends, 'v2=20', 'tcp-echo-v2=30')).message).toBe(
      'version v2 is named twice, with 20% and 30%',
    );
  });

  test('refuses an unknown version, and names the known', () => {
    expect(refusal(() => plan(taskBackends, 'v3=20')).message).toBe('the route has no version v3; it has v1, v2');
  });

  test('refuses more backends than a TCPRoute can have', () => {
    const many = Array.from({ length: 17 }, (_, index) => toService(`s-${index}`, 1));
    expect(refusal(() => plan(many, '1=20')).message).toBe('the route has 17 backends; it can have 16');
  });
});
