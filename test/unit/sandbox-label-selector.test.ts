import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelSelector } from '../../src/sandbox/api/label-selector.ts';
import { byPreference } from '../../src/sandbox/api/versions-order.ts';
import { ApiError } from '../../src/sandbox/store/api-error.ts';

describe('a label selector', () => {
  const labels = { app: 'echo', version: 'v1', 'example.com/tier': 'back', weight: '20', empty: '' };

  it.each([
    ['', true],
    ['app=echo', true],
    ['app==echo', true],
    ['app = echo , version != v2', true],
    ['app!=echo', false],
    ['missing!=x', true],
    ['version in (v1, v2)', true],
    ['version in (v2)', false],
    ['version notin (v2,v3),app=echo', true],
    ['missing notin (a)', true],
    ['missing in (a)', false],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['example.com/tier in (back)', true],
    ['weight>19,weight<21', true],
    ['weight>20', false],
    ['app>1', false],
    ['empty=', true],
    ['empty in ()', true],
  ])('%j is %s', (selector, matches) => {
    expect(labelSelector(selector)(labels)).toBe(matches);
  });

  it.each(['app in v1', 'a=b=c', 'in (a)', 'a b', '=x', '!!a', 'a in (b'])('%j is refused', (selector) => {
    expect(() => labelSelector(selector)).toThrow(ApiError);
  });

  const name = fc.stringMatching(/^[a-z]([a-z0-9.-]{0,8}[a-z0-9])?$/);

  it('and its opposite never agree', () => {
    fc.assert(
      fc.property(name, name, fc.dictionary(name, name), (key, value, labels) => {
        expect(labelSelector(`${key}=${value}`)(labels)).not.toBe(labelSelector(`${key}!=${value}`)(labels));
        expect(labelSelector(key)(labels)).not.toBe(labelSelector(`!${key}`)(labels));
        expect(labelSelector(`${key} in (${value})`)(labels)).toBe(labelSelector(`${key}=${value}`)(labels));
      }),
    );
  });

  it('of several requirements is their conjunction', () => {
    const requirement = fc.tuple(name, fc.constantFrom('=', '!='), name).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(requirement, { minLength: 1 }), fc.dictionary(name, name), (requirements, labels) => {
        const each = requirements.every((one) => labelSelector(one)(labels));
        expect(labelSelector(requirements.join(','))(labels)).toBe(each);
      }),
    );
  });
});

it('versions are preferred by stage, then by number', () => {
  const sorted = ['v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10'];
  expect(sorted.toReversed().toSorted(byPreference)).toEqual(sorted);
});
