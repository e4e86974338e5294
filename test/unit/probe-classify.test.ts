import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byPrefix } from '../../src/probe/classify.ts';

const tcpEcho = byPrefix(
  new Map([
    ['one', 'v1'],
    ['two', 'v2'],
  ]),
);

test('the first word of an answer names its version', () => {
  expect(tcpEcho('one Mon Nov 12 23:24:57 UTC 2022')).toBe('v1');
  expect(tcpEcho('two')).toBe('v2');
});

test('a prefix counts only as a whole word at the start', () => {
  for (const reply of ['', 'oneself x', 'on', 'One x', ' one x', 'x one', 'three']) expect(tcpEcho(reply)).toBeNull();
});

test('where one prefix continues another, the longer one wins', () => {
  const classify = byPrefix(
    new Map([
      ['blue', 'a'],
      ['blue green', 'b'],
    ]),
  );
  expect(classify('blue green x')).toBe('b');
  expect(classify('blue greenish')).toBe('a');
});

test('every answer of a version is recognised, and no answer of another', () => {
  const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(words, fc.string(), (prefixes, text) => {
      const classify = byPrefix(new Map(prefixes.map((prefix) => [prefix, `version ${prefix}`])));
      for (const prefix of prefixes) expect(classify(`${prefix} ${text}`)).toBe(`version ${prefix}`);
    }),
  );
});
