import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { prune, unknownFields } from '../../src/sandbox/objects/validate.ts';
import { findings } from '../../src/schema/findings.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';
import { fieldSchema, type Schema } from '../../src/schema/schema.ts';

const rules = (value: unknown, schema: Schema) =>
  findings(value, schema, 'x').map(({ path, rule }) => `${path} ${rule}`);

test.each([
  ['integer', 1.5, { type: 'integer' }, ['x type']],
  ['integer as text or number', true, { 'x-kubernetes-int-or-string': true }, ['x type']],
  ['32 bits', 2 ** 31, { type: 'integer', format: 'int32' }, ['x format']],
  ['32 bits, negative', -(2 ** 31), { type: 'integer', format: 'int32' }, []],
  ['time', '2026-01-01', { type: 'string', format: 'date-time' }, ['x format']],
  ['characters, not units', '👍', { type: 'string', maxLength: 1 }, []],
  ['shortest', '', { type: 'string', minLength: 1 }, ['x minLength']],
  ['pattern that JavaScript lacks', 'A', { type: 'string', pattern: '(?i)^a$' }, []],
  ['set', ['a', 'b', 'a'], { type: 'array', items: {}, 'x-kubernetes-list-type': 'set' }, ['x[2] duplicate']],
  ['properties', { a: 1, b: 2 }, { type: 'object', additionalProperties: {}, maxProperties: 1 }, ['x maxProperties']],
  ['fewest properties', {}, { type: 'object', minProperties: 1 }, ['x minProperties']],
  ['any', 'x', { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }, ['x anyOf']],
  ['one of two that both fit', 1, { oneOf: [{ minimum: 0 }, { maximum: 9 }] }, ['x oneOf']],
  ['none', { a: 1 }, { not: { required: ['a'] } }, ['x not']],
  ['all', 5, { allOf: [{ anyOf: [{ minimum: 6 }] }] }, ['x anyOf']],
  ['null', { a: null }, { type: 'object', properties: { a: { type: 'string' } } }, []],
  ['missing with a default', {}, { type: 'object', properties: { a: { default: 1 } }, required: ['a'] }, []],
  ['missing', { a: null }, { type: 'object', properties: { a: {} }, required: ['a'] }, ['x.a required']],
  ['keys from defaults', [{ p: 1 }, { p: 1, q: 'T' }], keyed(), ['x[1] duplicate']],
] satisfies [string, unknown, Schema, string[]][])('%s', (_, value, schema, expected) => {
  expect(rules(value, schema)).toEqual(expected);
});

function keyed(): Schema {
  const items: Schema = { type: 'object', properties: { p: { type: 'integer' }, q: { type: 'string', default: 'T' } } };
  return { type: 'array', items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['p', 'q'] };
}

test('pruning leaves nothing unknown, and nothing more to prune', () => {
  const schema = schemaOf('gateway.networking.k8s.io/v1', 'TCPRoute')!;
  const field = fc.constantFrom('spec', 'rules', 'backendRefs', 'weight', 'parentRefs', 'name', 'other');
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      fc.integer(),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(field, tie('json'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(json, (spec) => {
      const object = { apiVersion: 'v1', kind: 'TCPRoute', metadata: { name: 'r' }, spec } as KubeObject;
      const pruned = prune(object, schema);
      expect(unknownFields(pruned, schema)).toEqual([]);
      expect(prune(pruned, schema)).toEqual(pruned);
    }),
  );
});

test('every kind of Kubernetes that the task touches has a schema, down to its last field', () => {
  const at = (schema: Schema | undefined, path: string) =>
    path.split('.').reduce((inner, field) => {
      const step = fieldSchema(inner, field);
      return step?.items ?? step;
    }, schema);
  const limits = at(schemaOf('apps/v1', 'Deployment'), 'spec.template.spec.containers.resources.limits');
  expect(limits?.additionalProperties).toEqual({ oneOf: [{ type: 'string' }, { type: 'number' }] });
  // A schema holds schemas: the type is a cycle.
  const definition = schemaOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  const own = at(definition, 'spec.versions.schema.openAPIV3Schema');
  expect(at(own, 'properties.anything')).toBe(own);
});
