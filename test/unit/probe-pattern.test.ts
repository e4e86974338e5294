import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byPattern } from '../../src/probe/pattern.ts';
import { maxReplyLength } from '../../src/probe/read-line.ts';
import { refusal } from '../helpers/refusal.ts';

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

/** What both dialects say in the same words and mean by them: alternatives, classes, greedy and lazy repetition of what is not empty. */
const shared = fc.letrec<{ atom: string; part: string; alternatives: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom('a', 'b', '1', ' ', '.', '\\d', '\\w', '\\S', '[ab]', '[^a]', 'é', '-'),
    tie('alternatives').map((inner) => `(?:${inner})`),
  ),
  part: fc
    .array(fc.tuple(tie('atom'), fc.constantFrom('', '+', '+?', '{2}', '{1,3}')), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.flat().join('')),
  alternatives: fc.array(tie('part'), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|')),
})).alternatives;

test('what a pattern finds is what the engine of JavaScript finds', () => {
  const ends = fc.tuple(fc.constantFrom('', '^', '\\b', '.*?'), fc.constantFrom('', '$', '\\b'));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', 'é', '-'), maxLength: 12 });
  fc.assert(
    fc.property(shared, ends, shared, text, (before, [start, end], version, reply) => {
      const pattern = `${start}(?:${before})?(?<version>${version})${end}`;
      fc.pre(pattern.length <= 1000);
      expect(byPattern(pattern)(reply)).toBe(new RegExp(pattern, 'u').exec(reply)?.groups?.['version'] ?? null);
    }),
  );
});

test('the longest answer is done with at once, however it is made to keep the pattern busy', () => {
  const reply = `${'a'.repeat(maxReplyLength - 1)}!`;
  const start = performance.now();
  for (const pattern of [
    '(?<version>(a+)+)$',
    String.raw`^(?:\w+\s?)*version=(?<version>\w+)$`,
    '(?<version>(a|aa)+)$',
  ]) {
    expect(byPattern(pattern)(reply)).toBeNull();
  }
  expect(performance.now() - start).toBeLessThan(5000);
});

test.each([
  ['(?=a)(?<version>.)', 'look-ahead, (?='],
  ['(?!a)(?<version>.)', 'look-ahead, (?!'],
  ['(?<=a)(?<version>.)', 'look-behind, (?<='],
  ['(?<version>.)(?<!a)', 'look-behind, (?<!'],
  ['(?>a)(?<version>.)', 'an atomic group, (?>'],
  [String.raw`(?<version>.)\1`, String.raw`a back-reference, \1`],
  [String.raw`(?<version>.)\k<version>`, String.raw`a back-reference, \k`],
])('what would need backtracking is refused with the reason: %s', (pattern, found) => {
  const error = refusal(() => byPattern(pattern));
  expect(error).toMatchObject({
    kind: 'usage',
    message: `--version-from has ${found}, which is not supported: it cannot be matched in linear time`,
  });
});

test('a pattern that does not compile is refused with the reason', () => {
  const error = refusal(() => byPattern('(?<version>'));
  expect(error).toMatchObject({ kind: 'usage', exitCode: 2 });
  expect(error.message).toBe('--version-from is not a regular expression of RE2: missing closing ): "(?<version>"');
});

test('a pattern without the group is refused with an example', () => {
  const error = refusal(() => byPattern(String.raw`v(\d+)`));
  expect(error.message).toBe(String.raw`--version-from v(\d+) has no group named version`);
  expect(error.hint).toContain('(?<version>');
});

test('a pattern that is too long to be quick is refused', () => {
  const error = refusal(() => byPattern(`(?<version>${'(a|b)*'.repeat(1000)})`));
  expect(error.message).toBe('--version-from has 6012 characters; it may have 1000 at most');
});
