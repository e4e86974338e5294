import { describe, expect, test } from 'vitest';
import { virtualServiceDenial, virtualServiceProblems } from '../../src/sandbox/controllers/istio/admission.ts';

function virtualService(spec: object) {
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'tcp-echo' }, spec };
}

function routeTo(...weights: (number | undefined)[]) {
  return weights.map((weight, index) => ({
    destination: { host: 'tcp-echo', subset: `v${index + 1}` },
    ...(weight === undefined ? {} : { weight }),
  }));
}

const atGateway = { hosts: ['*'], gateways: ['tcp-echo-gateway'] };

describe('what the VirtualService webhook refuses', () => {
  const cases: [string, object, string[]][] = [
    ['nothing, for weights that do not sum to 100', { ...atGateway, tcp: [{ route: routeTo(4, 1) }] }, []],
    ['nothing, for a sole destination without a weight', { ...atGateway, tcp: [{ route: routeTo(undefined) }] }, []],
    ['a negative weight', { ...atGateway, tcp: [{ route: routeTo(105, -5) }] }, ['weight -5 < 0']],
    [
      'several destinations without any weight',
      { ...atGateway, tcp: [{ route: routeTo(undefined, 0) }] },
      ['total destination weight = 0'],
    ],
    ['a TCP rule without a route', { ...atGateway, tcp: [{}] }, ['TCP route is required']],
    ['no rule at all', atGateway, ['http, tcp or tls must be provided in virtual service']],
    [
      'a part of another one with TCP rules',
      { tcp: [{ route: routeTo(1) }] },
      ['delegate virtual service must have no tcp route specified'],
    ],
    [
      'every host of the mesh',
      { hosts: ['*'], tcp: [{ route: routeTo(1) }] },
      ['wildcard host * is not allowed for virtual services bound to the mesh gateway'],
    ],
    [
      'hosts of which one takes in the other',
      { hosts: ['*.example.com', 'a.example.com'], tcp: [{ route: routeTo(1) }] },
      ['duplicate hosts in virtual service: *.example.com & a.example.com'],
    ],
    [
      'a bad name of a host, of a gateway and of a subset',
      { hosts: ['a_b'], gateways: ['a/'], tcp: [{ route: [{ destination: { host: 'a', subset: '-' } }] }] },
      [
        'config namespace and gateway name cannot be empty',
        'invalid value for gateway name: ""',
        'domain name "a_b" invalid (label "a_b" invalid)',
        'subset name is invalid: -',
      ],
    ],
    ['no destination', { ...atGateway, tcp: [{ route: [{ weight: 1 }] }] }, ['destination is required']],
  ];
  test.each(cases)('%s', (_, spec, problems) => {
    expect(virtualServiceProblems(virtualService(spec))).toEqual(problems);
  });

  test('one problem is told on one line', () => {
    expect(virtualServiceDenial(['weight -5 < 0'])).toBe(
      'admission webhook "validation.istio.io" denied the request: configuration is invalid: weight -5 < 0',
    );
  });

  test('several problems are listed', () => {
    expect(virtualServiceDenial(['a', 'b'])).toContain('2 errors occurred:\n\t* a\n\t* b\n');
  });
});
