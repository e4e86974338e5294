/** The same requests to the sandbox and to the real API server; where the answers differ, the sandbox is wrong. */
import { expect, test } from 'vitest';
import { compare } from './compare.ts';
import { exchanges } from './requests/all.ts';

test('the sandbox answers as the real API server does', { timeout: 300_000 }, async () => {
  expect(await compare(exchanges, 'test-results/compare.md')).toEqual([]);
});
