import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  difference,
  emptySet,
  fromFieldsV1,
  intersection,
  isEmpty,
  pathsOf,
  toFieldsV1,
  union,
  without,
  type FieldSet,
} from '../../src/sandbox/objects/field-set.ts';

const step = fc.constantFrom('f:a', 'f:b', 'k:{"port":80,"protocol":"TCP"}', 'k:{"port":443}', 'v:"x"', 'v:1');

/** Sets of paths of up to three steps. */
const sets: fc.Arbitrary<FieldSet> = fc
  .array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 8 })
  .map((paths) => paths.map(single).reduce(union, emptySet));

const single = (path: readonly string[]): FieldSet =>
  path.reduceRight<FieldSet>((child, each) => ({ member: false, children: new Map([[each, child]]) }), {
    member: true,
    children: new Map(),
  });

test('FieldsV1 says all of a set, and nothing else', () => {
  fc.assert(
    fc.property(sets, (set) => {
      expect(fromFieldsV1(toFieldsV1(set))).toEqual(set);
    }),
  );
});

test('what is in both and what is in one make up the union', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const parts = [difference(a, b), intersection(a, b), difference(b, a)];
      expect(toFieldsV1(parts.reduce(union))).toEqual(toFieldsV1(union(a, b)));
      expect(isEmpty(intersection(difference(a, b), b))).toBe(true);
      expect(isEmpty(difference(a, a))).toBe(true);
      expect(toFieldsV1(union(a, b))).toEqual(toFieldsV1(union(b, a)));
    }),
  );
});

test('a set without a field has nothing below it either', () => {
  fc.assert(
    fc.property(sets, (set) => {
      expect(without(set, ['f:a']).children.has('f:a')).toBe(false);
      const rest = without(set, ['f:a', 'f:b']);
      expect(rest.children.get('f:a')?.children.has('f:b') ?? false).toBe(false);
      expect(isEmpty(difference(rest, set))).toBe(true);
    }),
  );
});

test('paths read as the API server prints them, by what keys say', () => {
  const set = fromFieldsV1({
    'f:spec': {
      'f:ports': {
        'k:{"port":443,"protocol":"TCP"}': { '.': {}, 'f:name': {} },
        'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} },
      },
      'f:type': {},
    },
    'f:metadata': { 'f:finalizers': { 'v:"x"': {} } },
  });
  expect(pathsOf(set)).toEqual([
    '.metadata.finalizers[="x"]',
    '.spec.type',
    '.spec.ports[port=443,protocol="TCP"]',
    '.spec.ports[port=80,protocol="TCP"].name',
    '.spec.ports[port=443,protocol="TCP"].name',
  ]);
});
