import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { istio } from '../../src/routing/istio/istio.ts';
import { refusal } from '../helpers/refusal.ts';
import { namespace, taskRule, toSubset, virtualService } from '../helpers/routes.ts';

const route = taskRule.route;

describe('reading a VirtualService', () => {
  test('of the task gives its subsets as versions', () => {
    const object = virtualService([taskRule]);
    const view = istio.readRoute(object);
    expect(view).toMatchObject({ api: 'istio', rulePath: ['spec', 'tcp', 0], port: 31400 });
    expect(view.object).toBe(object);
    expect(view.ref).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      namespace,
      name: 'tcp-echo',
    });
    expect(view.split).toEqual([
      { version: 'v1', weight: 80 },
      { version: 'v2', weight: 20 },
    ]);
    expect([...view.backends]).toEqual([
      ['v1', { service: 'tcp-echo', namespace, port: 9000, subset: 'v1' }],
      ['v2', { service: 'tcp-echo', namespace, port: 9000, subset: 'v2' }],
    ]);
  });

  test('counts an omitted weight as 0, and gives a sole destination everything', () => {
    const weights = (destinations: unknown[]) =>
      istio.readRoute(virtualService([{ route: destinations }])).split.map(({ weight }) => weight);
    expect(weights([toSubset('v1', 80), toSubset('v2')])).toEqual([80, 0]);
    expect(weights([toSubset('v1')])).toEqual([100]);
    expect(weights([toSubset('v1', 0)])).toEqual([100]);
    expect(weights([toSubset('v1', 7)])).toEqual([7]);
  });

  test('names versions by host where there is no subset, and finds the Service of a full host name', () => {
    const hosts = ['pg-blue.db.svc.cluster.local', 'pg-green.db.svc.cluster.local', 'pg-black.db.svc'];
    const view = istio.readRoute(
      virtualService([{ route: hosts.map((host) => ({ destination: { host }, weight: 1 })) }]),
    );
    expect([...view.backends]).toEqual([
      ['blue', { service: 'pg-blue', namespace: 'db' }],
      ['green', { service: 'pg-green', namespace: 'db' }],
      ['black', { service: 'pg-black', namespace: 'db' }],
    ]);
  });

  test('qualifies subsets of the same name', () => {
    const to = (host: string) => ({ destination: { host, subset: 'v1' }, weight: 1 });
    const view = istio.readRoute(virtualService([{ route: [to('old'), to('new')] }]));
    expect(view.split.map(({ version }) => version)).toEqual(['old/v1', 'new/v1']);
  });
});

describe('the one TCP rule that fits', () => {
  const two = [
    { match: [{ port: 5432 }], route },
    { match: [{ port: 31400 }], route },
  ];

  test('is picked by port', () => {
    expect(istio.readRoute(virtualService(two), 31400)).toMatchObject({ rulePath: ['spec', 'tcp', 1], port: 31400 });
    expect(istio.readRoute(virtualService(two), 5432)).toMatchObject({ rulePath: ['spec', 'tcp', 0], port: 5432 });
  });

  test('may match any port, and may have several matches on one port', () => {
    expect(istio.readRoute(virtualService([{ route }]))).toMatchObject({
      rulePath: ['spec', 'tcp', 0],
      port: undefined,
    });
    expect(istio.readRoute(virtualService([{ route }]), 31400)).toMatchObject({
      rulePath: ['spec', 'tcp', 0],
      port: 31400,
    });
    const subnets = [
      { port: 31400, destinationSubnets: ['10.0.0.0/8'] },
      { port: 31400, destinationSubnets: ['192.168.0.0/16'] },
    ];
    expect(istio.readRoute(virtualService([{ match: subnets, route }]))).toMatchObject({
      rulePath: ['spec', 'tcp', 0],
      port: 31400,
    });
  });

  test('leaves out matches for sidecars alone where a gateway is bound', () => {
    const rules = [
      { match: [{ gateways: ['mesh'] }], route: [toSubset('v1')] },
      { match: [{ gateways: ['gw'], port: 31400 }], route },
    ];
    expect(istio.readRoute(virtualService(rules))).toMatchObject({ rulePath: ['spec', 'tcp', 1], port: 31400 });
    const sidecars = virtualService([rules[0]], { gateways: ['mesh'] });
    expect(istio.readRoute(sidecars)).toMatchObject({ rulePath: ['spec', 'tcp', 0], port: undefined });
  });

  test.each<{ what: string; tcp: unknown; port?: number; message: string; hint: string }>([
    {
      what: 'two rules',
      tcp: two,
      message: 'has several TCP matches that fit: tcp[0] (port 5432), tcp[1] (port 31400)',
      hint: 'name one by its port: --listener-port 5432 or --listener-port 31400',
    },
    {
      what: 'two matches',
      tcp: [{ match: [{ port: 1 }, { port: 2 }], route }],
      message: 'has several TCP matches that fit: tcp[0] (port 1), tcp[0] (port 2)',
      hint: 'name one by its port: --listener-port 1 or --listener-port 2',
    },
    {
      what: 'two rules on one port',
      tcp: [two[1], two[1]],
      port: 31400,
      message: 'has several TCP matches that fit: tcp[0] (port 31400), tcp[1] (port 31400)',
      hint: `leave one that fits: kubectl edit virtualservice tcp-echo -n ${namespace}`,
    },
    {
      what: 'another port',
      tcp: two,
      port: 31401,
      message: 'has no TCP rule for port 31401; it has 5432, 31400',
      hint: 'use --listener-port 5432',
    },
    {
      what: 'no rule',
      tcp: undefined,
      message: 'has no TCP rule',
      hint: 'name a VirtualService that routes TCP',
    },
    {
      what: 'rules for sidecars alone',
      tcp: [{ match: [{ gateways: ['mesh'] }], route }],
      message: 'has TCP rules for sidecars alone, none for a gateway',
      hint: 'name a VirtualService that routes TCP',
    },
  ])('is refused with $what', ({ tcp, port, message, hint }) => {
    const error = refusal(() => istio.readRoute(virtualService(tcp), port));
    expect(error).toMatchObject({ kind: 'usage', message: `VirtualService ${namespace}/tcp-echo ${message}`, hint });
  });

  test.each<[string, unknown[] | undefined, string]>([
    ['no destination', [], 'sends its connections nowhere'],
    ['no route', undefined, 'sends its connections nowhere'],
    ['a destination twice', [toSubset('v1', 1), toSubset('v1', 2)], 'lists the same backend twice'],
    ['a negative weight', [toSubset('v1', -5), toSubset('v2', 5)], 'gives v1 the weight -5, not an integer from 0 up'],
  ])('is refused with %s', (_, destinations, message) => {
    const error = refusal(() => istio.readRoute(virtualService([{ route: destinations }])));
    expect(error.message).toBe(`VirtualService ${namespace}/tcp-echo ${message}`);
    expect(error.hint).toBe(`correct it: kubectl edit virtualservice tcp-echo -n ${namespace}`);
  });
});

describe('writing weights', () => {
  const anything = fc.dictionary(fc.string(), fc.jsonValue());
  const others = fc.record({
    more: anything,
    http: fc.array(anything),
    status: anything,
    extra: anything,
    weights: fc.tuple(fc.nat(100), fc.nat(100)),
  });

  test('changes the weights of the matched rule and nothing else', () => {
    fc.assert(
      fc.property(others, ({ more, http, status, extra, weights: [a, b] }) => {
        const mine = { ...extra, match: [{ port: 31400 }], route: route.map((entry) => ({ ...extra, ...entry })) };
        const theirs = { match: [{ port: 5432 }], route };
        const object = { ...virtualService([theirs, mine], { ...more, gateways: ['gw'], http }), status };
        object.spec.tcp = [theirs, mine];
        const before = structuredClone(object);
        const split = [
          { version: 'v2', weight: b },
          { version: 'v1', weight: a },
        ];
        const after: KubeObject = istio.withWeights(istio.readRoute(object, 31400), split);
        expect(object).toEqual(before);
        expect(after.spec.tcp[1].route.map(({ weight }: { weight: number }) => weight)).toEqual([a, b]);
        after.spec.tcp[1].route[0].weight = 80;
        after.spec.tcp[1].route[1].weight = 20;
        expect(after).toEqual(before);
      }),
    );
  });

  test('keeps both destinations at 100 and 0, and writes weights that were omitted', () => {
    const object = virtualService([{ route: [toSubset('v1'), toSubset('v2', 1)] }]);
    const split = [
      { version: 'v1', weight: 100 },
      { version: 'v2', weight: 0 },
    ];
    const after: KubeObject = istio.withWeights(istio.readRoute(object), split);
    expect(after.spec.tcp[0].route).toEqual([toSubset('v1', 100), toSubset('v2', 0)]);
    expect(istio.readRoute(after).split).toEqual(split);
  });
});
