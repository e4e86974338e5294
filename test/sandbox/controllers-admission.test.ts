import { describe, expect, test } from 'vitest';
import { virtualServiceDenial, virtualServiceProblems } from '../../src/sandbox/controllers/istio-admission.ts';

function virtualService(spec: object) {
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'tcp-echo' }, spec };
}

function routeTo(...weights: (number | undefined)[]) {
  return weights.map((weight, index) => ({
    destination: { host: 'tcp-echo', subset: `v${index + 1}` },
    ...(weight === undefined ? {} : { weight }),
  }));
}

describe('what the VirtualService webhook refuses', () => {
  const cases: [string, object, string[]][] = [
    ['nothing, for weights that do not sum to 100', { hosts: ['*'], tcp: [{ route: routeTo(4, 1) }] }, []],
    ['nothing, for a sole destination without a weight', { hosts: ['*'], tcp: [{ route: routeTo(undefined) }] }, []],
    ['a negative weight', { hosts: ['*'], tcp: [{ route: routeTo(105, -5) }] }, ['weight -5 < 0']],
    [
      'several destinations without any weight',
      { hosts: ['*'], tcp: [{ route: routeTo(undefined, 0) }] },
      ['total destination weight = 0'],
    ],
    ['a TCP rule without a route', { hosts: ['*'], tcp: [{}] }, ['TCP route is required']],
    ['no rule at all', { hosts: ['*'] }, ['http, tcp or tls must be provided in virtual service']],
    ['no host', { tcp: [{ route: routeTo(1) }] }, ['virtual service must have at least one host']],
    ['no destination', { hosts: ['*'], tcp: [{ route: [{ weight: 1 }] }] }, ['destination is required']],
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
