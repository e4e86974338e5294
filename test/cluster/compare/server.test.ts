/** The same requests to the sandbox and to the real API server; where the answers differ, the sandbox is wrong. */
import { expect, test } from 'vitest';
import { compare } from './compare.ts';
import { aboutServer } from './requests/server.ts';
import { subjects } from './requests/subjects.ts';
import { casesOf, verbsOn } from './requests/verbs.ts';

// Istio's own webhook judges its kinds' special cases; it is another test's.
const judged = subjects.filter(({ apiVersion }) => !apiVersion.startsWith('networking.istio.io/'));
const exchanges = [...aboutServer, ...subjects.flatMap(verbsOn), ...judged.flatMap(casesOf)];

test.fails('the sandbox answers as the real API server does', { timeout: 300_000 }, async () => {
  expect(await compare(exchanges, 'test-results/compare.md')).toEqual([]);
});
