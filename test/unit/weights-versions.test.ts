import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameVersions, resolveVersion } from '../../src/core/weights/versions.ts';
import { refusal } from '../helpers/refusal.ts';

/** What versions of these names are called where names are to be shortened. */
function shortNamesOf(names: readonly string[]): string[] {
  return nameVersions(
    names.map((name) => [name]),
    true,
  )!.map(({ name }) => name);
}

describe('short names', () => {
  test.each([
    [
      ['tcp-echo-v1', 'tcp-echo-v2'],
      ['v1', 'v2'],
    ],
    [
      ['pg-blue', 'pg-green'],
      ['blue', 'green'],
    ],
    [
      ['blue-pg', 'green-pg'],
      ['blue', 'green'],
    ],
    [
      ['db-v1-rw', 'db-v2-rw'],
      ['v1', 'v2'],
    ],
    [
      ['tcp-echo-v10', 'tcp-echo-v11'],
      ['v10', 'v11'],
    ],
    [
      ['pg', 'pg-canary'],
      ['pg', 'canary'],
    ],
    [
      ['a-a-b', 'a-b', 'a-c'],
      ['a-a-b', 'a-b', 'a-c'],
    ],
    [
      ['old', 'new'],
      ['old', 'new'],
    ],
    [['tcp-echo-v1'], ['tcp-echo-v1']],
    [[], []],
  ])('%j → %j', (names, short) => {
    expect(shortNamesOf(names)).toEqual(short);
  });

  const label = fc.array(fc.constantFrom('a', 'b', 'v1', 'v2', 'pg'), { minLength: 1, maxLength: 4 });
  const labels = fc.uniqueArray(
    label.map((segments) => segments.join('-')),
    { minLength: 1, maxLength: 6 },
  );

  test('are distinct, part of the long name, and each long or short name means exactly one version', () => {
    fc.assert(
      fc.property(labels, (names) => {
        const versions = nameVersions(
          names.map((name) => [name]),
          true,
        )!;
        expect(new Set(versions.map(({ name }) => name)).size).toBe(names.length);
        for (const [index, { name }] of versions.entries()) {
          expect(names[index]).toContain(name);
          expect(resolveVersion(name, versions)).toBe(name);
          expect(resolveVersion(names[index]!, versions)).toBe(name);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('follow the versions when these change places', () => {
    fc.assert(
      fc.property(labels, (names) => {
        expect(shortNamesOf(names.toReversed())).toEqual(shortNamesOf(names).toReversed());
      }),
    );
  });
});

describe('names of versions', () => {
  test('are qualified only as far as it takes', () => {
    const versions = nameVersions(
      [
        ['pg', 'blue/pg'],
        ['pg', 'green/pg'],
      ],
      true,
    )!;
    expect(versions.map(({ name }) => name)).toEqual(['blue/pg', 'green/pg']);
    expect(resolveVersion('green/pg', versions)).toBe('green/pg');
    const error = refusal(() => resolveVersion('pg', versions));
    expect(error).toMatchObject({ kind: 'usage', message: 'pg can mean blue/pg or green/pg' });
    expect(error.hint).toBe('name one of: blue/pg, green/pg');
  });

  test('are not to be had for two versions that nothing tells apart', () => {
    expect(nameVersions([['pg'], ['pg']], true)).toBeUndefined();
    expect(nameVersions([], true)).toEqual([]);
  });

  test('stay whole where they are not to be shortened', () => {
    expect(nameVersions([['canary-v1'], ['canary-v2']], false)!.map(({ name }) => name)).toEqual([
      'canary-v1',
      'canary-v2',
    ]);
  });

  test('an unknown one is answered with the known', () => {
    const versions = nameVersions([['tcp-echo-v1'], ['tcp-echo-v2']], true)!;
    expect(refusal(() => resolveVersion('v3', versions)).message).toBe('the route has no version v3; it has v1, v2');
  });
});
