import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byPattern, byPrefix } from '../../src/probe/classify.ts';
import { refusal } from '../helpers/refusal.ts';

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

test('a pattern reads the version out of the answer', () => {
  const classify = byPattern(String.raw`^220 \S+ ESMTP (?<version>[\d.]+)`);
  expect(classify('220 mx.example ESMTP 3.7.2')).toBe('3.7.2');
  expect(classify('554 no service')).toBeNull();
});

test('a version that is not among the known ones is unknown', () => {
  const classify = byPattern('version=(?<version>\\w*)', new Set(['v1', 'v2']));
  expect(classify('version=v2')).toBe('v2');
  expect(classify('version=v3')).toBeNull();
  expect(classify('version=')).toBeNull();
});

test('a group in an alternative that did not match is no version', () => {
  expect(byPattern('a|b(?<version>.)')('a')).toBeNull();
});

test('a pattern that does not compile is refused with the reason', () => {
  const error = refusal(() => byPattern('(?<version>'));
  expect(error).toMatchObject({ kind: 'usage', exitCode: 2 });
  expect(error.message).toMatch(/^--version-from is not a regular expression: .*\(\?<version>/);
});

test('a pattern without the group is refused with an example', () => {
  const error = refusal(() => byPattern(String.raw`v(\d+)`));
  expect(error.message).toBe(String.raw`--version-from /v(\d+)/ has no group named version`);
  expect(error.hint).toContain('(?<version>');
});
