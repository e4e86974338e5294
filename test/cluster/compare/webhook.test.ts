/** The objects that Istio's own webhook judges, on the sandbox and with the real istiod. */
import { expect, test } from 'vitest';
import { compare } from './compare.ts';
import { subjects } from './requests/subjects.ts';
import { casesOf } from './requests/creates.ts';

const judged = subjects.filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/'));

test("the sandbox refuses what Istio's webhook refuses", { timeout: 300_000 }, async () => {
  expect(await compare(judged.flatMap(casesOf), 'test-results/compare-webhook.md')).toEqual([]);
});
