import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { allApis } from '../../src/routing/apis.ts';
import { fieldAt, type FieldPath } from '../../src/routing/field-path.ts';
import type { RoutingApiName } from '../../src/routing/routing-api.ts';
import { tcpRoute, toService, toSubset, virtualService } from '../helpers/routes.ts';

/** What a route holds: the weights of its versions, and fields that have nothing to do with them. */
interface Content {
  weights: (number | undefined)[];
  extra: Record<string, unknown>;
  /** Rules for other ports before and after the one with the weights. */
  others: [before: number, after: number];
}

function otherRules(count: number): object[] {
  return Array.from({ length: count }, () => ({ match: [{ port: 5432 }], route: [toSubset('v0', 1)] }));
}

const makeRoute = {
  'gateway-api': ({ weights, extra }) => ({
    ...tcpRoute(weights.map((weight, index) => ({ ...extra, ...toService(`echo-v${index}`, weight) }))),
    status: extra,
  }),
  istio: ({ weights, extra, others: [before, after] }) => {
    const route = weights.map((weight, index) => ({ ...extra, ...toSubset(`v${index}`, weight) }));
    const rule = { ...extra, match: [{ port: 31400 }], route };
    const tcp = [...otherRules(before), rule, ...otherRules(after)];
    return virtualService(tcp, { http: [extra] });
  },
} satisfies Record<RoutingApiName, (content: Content) => KubeObject>;

const weight = fc.nat(1000);
const extra = fc.dictionary(
  fc.string().filter((key) => !['weight', 'namespace', 'match', 'route', '__proto__'].includes(key)),
  fc.jsonValue(),
);
const contents: fc.Arbitrary<Content> = fc.record({
  weights: fc.array(fc.option(weight, { nil: undefined }), { minLength: 2, maxLength: 16 }),
  extra,
  others: fc.tuple(fc.nat(2), fc.nat(2)),
});

function withoutFields(object: KubeObject, paths: Iterable<FieldPath>): KubeObject {
  const copy = structuredClone(object);
  for (const path of paths) delete (fieldAt(copy, path.slice(0, -1)) as Record<string, unknown>)[path.at(-1)!];
  return copy;
}

describe.each(allApis.map((api) => ({ title: api.title, api })))('by the $title', ({ api }) => {
  const viewOf = (content: Content) => api.readRoute(makeRoute[api.name](content), 31400);

  test('each weight is at its path, or nothing where the route leaves it out', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const view = viewOf(content);
        const paths = api.weightPaths(view);
        expect([...paths.keys()]).toEqual(view.split.map(({ version }) => version));
        expect([...paths.values()].map((path) => fieldAt(view.object, path))).toEqual(content.weights);
      }),
    );
  });

  test('new weights change nothing but the values at these paths, and read back as they were written', () => {
    fc.assert(
      fc.property(contents, fc.array(weight, { minLength: 16, maxLength: 16 }), (content, wanted) => {
        const view = viewOf(content);
        const before = structuredClone(view.object);
        const split = view.split.map(({ version }, index) => ({ version, weight: wanted[index]! }));
        const written = api.withWeights(view, split.toReversed());
        const paths = [...api.weightPaths(view).values()];
        expect(view.object).toEqual(before);
        expect(withoutFields(written, paths)).toEqual(withoutFields(before, paths));
        expect(api.readRoute(written, 31400).split).toEqual(split);
      }),
    );
  });

  test('a version that the new weights leave out gets none', () => {
    const view = viewOf({ weights: [3, 4], extra: {}, others: [0, 0] });
    const [first, second] = view.split.map(({ version }) => version);
    const written = api.readRoute(api.withWeights(view, [{ version: second!, weight: 7 }]), 31400);
    expect(written.split).toEqual([
      { version: first, weight: 0 },
      { version: second, weight: 7 },
    ]);
  });
});

test('a path that leads nowhere has no value', () => {
  expect(fieldAt({ spec: { tcp: [] } }, ['spec', 'tcp', 0, 'route'])).toBeUndefined();
});
