import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains } from '../../src/cluster/objects/compare.ts';
import { impersonationHeaders } from '../../src/cluster/kubeconfig/impersonation.ts';
import { lastSeen } from '../../src/cluster/objects/last-seen.ts';
import { lineCutter } from '../../src/cluster/http/lines.ts';
import { retryDelay } from '../../src/cluster/http/retry.ts';
import { warningTexts } from '../../src/cluster/http/warnings.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { refusal } from '../helpers/refusal.ts';

test('lines do not depend on how the text is cut into pieces', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '{') });
  fc.assert(
    fc.property(fc.array(line), line, fc.infiniteStream(fc.integer({ min: 1, max: 4 })), (lines, rest, sizes) => {
      let text = lines.map((line, index) => `${line}${index % 2 ? '\r\n' : '\n'}`).join('') + rest;
      const cutter = lineCutter();
      const cut: string[] = [];
      for (const size of sizes) {
        if (text === '') break;
        cut.push(...cutter.push(text.slice(0, size)));
        text = text.slice(size);
      }
      expect(cut).toEqual(lines);
      expect(cutter.rest()).toBe(rest === '' ? undefined : rest);
    }),
  );
});

test('Warning headers, one or several in a value', () => {
  expect(warningTexts(['299 - "v1alpha2 is \\"old\\", use v1"', '299 - "a", 299 kube "b"', 'nonsense'])).toEqual([
    'v1alpha2 is "old", use v1',
    'a',
    'b',
  ]);
});

const now = Date.UTC(2030, 0, 1);

test('a wait is as long as Retry-After says, in seconds or as a date', () => {
  expect(retryDelay({ code: 429, retryAfter: '3' }, 1, now)).toBe(3000);
  expect(retryDelay({ code: 503, retryAfter: '0' }, 10, now)).toBe(0);
  expect(retryDelay({ code: 503, retryAfter: new Date(now + 5000).toUTCString() }, 1, now)).toBe(5000);
  expect(retryDelay({ code: 503, retryAfter: new Date(now - 5000).toUTCString() }, 1, now)).toBe(0);
  expect(retryDelay({ code: 429, retryAfter: undefined }, 1, now)).toBe(1000);
  expect(retryDelay({ code: 429, retryAfter: 'soon' }, 1, now)).toBe(1000);
});

test('no retry of other answers, after ten, or when the server asks for more than a minute', () => {
  expect(retryDelay({ code: 503, retryAfter: undefined }, 1, now)).toBeUndefined();
  expect(retryDelay({ code: 404, retryAfter: '1' }, 1, now)).toBeUndefined();
  expect(retryDelay({ code: 200, retryAfter: undefined }, 1, now)).toBeUndefined();
  expect(retryDelay({ code: 429, retryAfter: '1' }, 11, now)).toBeUndefined();
  expect(retryDelay({ code: 429, retryAfter: '3600' }, 1, now)).toBeUndefined();
});

test('a broken connection is tried again four times, each time later', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => retryDelay({ error: new Error('reset') }, attempt, now));
  expect(delays).toEqual([100, 200, 400, 800, undefined]);
});

test('flags to act as another come before the kubeconfig', () => {
  const user = { as: 'ann', 'as-groups': ['dev'], 'as-uid': '7', 'as-user-extra': { 'a/b': ['x', 'y'] } };
  expect(impersonationHeaders({}, {})).toEqual({});
  expect(impersonationHeaders({}, user)).toEqual({
    'Impersonate-User': 'ann',
    'Impersonate-Group': ['dev'],
    'Impersonate-Uid': '7',
    'Impersonate-Extra-a%2Fb': ['x', 'y'],
  });
  expect(impersonationHeaders({ as: 'bob', asGroup: ['ops', 'db'], asUid: '8' }, user)).toMatchObject({
    'Impersonate-User': 'bob',
    'Impersonate-Group': ['ops', 'db'],
    'Impersonate-Uid': '8',
  });
  const { 'Impersonate-User': name } = impersonationHeaders({ as: 'Jürgen 山田' }, {});
  expect(Buffer.from(String(name), 'latin1').toString()).toBe('Jürgen 山田');
  for (const flags of [{ asGroup: ['ops'] }, { asUid: '8' }]) {
    expect(refusal(() => impersonationHeaders(flags, {})).kind).toBe('usage');
  }
});

function object(metadata: object, more: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'K', metadata: { name: 'n', ...metadata }, ...more };
}

test.each<[string, KubeObject | undefined, string]>([
  ['nothing', undefined, 'it does not exist'],
  ['no status', object({}), 'it exists and its status is empty'],
  [
    'a Deployment',
    object(
      {},
      {
        spec: { replicas: 2 },
        status: {
          readyReplicas: 1,
          conditions: [{ type: 'Available', status: 'False', reason: 'Few', message: 'too few' }],
        },
      },
    ),
    '1 of 2 ready; Available=False (Few: too few)',
  ],
  ['a Deployment without a status', object({}, { spec: { replicas: 2 } }), '0 of 2 ready'],
  [
    'a route that the controller has not looked at again',
    object(
      { generation: 3 },
      {
        status: {
          parents: [
            {
              conditions: [
                { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: 2 },
                { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', observedGeneration: 3 },
              ],
            },
          ],
        },
      },
    ),
    'Accepted=True (still for generation 2 of 3), ResolvedRefs=False (BackendNotFound)',
  ],
  [
    'an object that finalizers hold',
    object({ deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['a/b', 'c/d'] }),
    'it is being deleted, held by the finalizers a/b, c/d',
  ],
  [
    'a namespace with content',
    object(
      { deletionTimestamp: '2030-01-01T00:00:00Z' },
      {
        spec: { finalizers: ['kubernetes'] },
        status: {
          conditions: [
            {
              type: 'NamespaceContentRemaining',
              status: 'True',
              reason: 'SomeResourcesRemain',
              message: 'pods. has 1 resource instances',
            },
          ],
        },
      },
    ),
    'it is being deleted, held by the finalizers kubernetes; NamespaceContentRemaining=True (SomeResourcesRemain: pods. has 1 resource instances)',
  ],
])('last seen: %s', (_, seen, words) => {
  expect(lastSeen(seen)).toBe(words);
});

test('a live object has what was asked for, whatever the server added', () => {
  const asked = { spec: { list: [{ a: 1 }], text: 'x', nothing: null } };
  expect(contains({ spec: { list: [{ a: 1, b: 2 }], text: 'x', nothing: null, more: {} }, status: {} }, asked)).toBe(
    true,
  );
  expect(contains({ spec: { list: [{ a: 1 }, { a: 2 }], text: 'x', nothing: null } }, asked)).toBe(false);
  expect(contains({ spec: { list: [{ a: 2 }], text: 'x', nothing: null } }, asked)).toBe(false);
  expect(contains({ spec: { list: { 0: { a: 1 } }, text: 'x', nothing: null } }, asked)).toBe(false);
  expect(contains({ spec: 'x' }, asked)).toBe(false);
});
