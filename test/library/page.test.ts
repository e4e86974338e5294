import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../src/package.ts';
import { consumer, type Consumer } from '../helpers/consumer.ts';
import { inProcess } from '../helpers/in-process.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

interface Example {
  name: string;
  source: string;
  /** What the page says that it prints. */
  printed: string;
}

const page = readFileSync(join(packageRoot(), 'docs', 'library.md'), 'utf8');

/** Every block of TypeScript, with the block of text that follows it. */
const examples = [...page.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)\n```/gs)].map(
  ([, source, printed], index): Example => ({ name: `example${index + 1}`, source: source!, printed: printed! }),
);

let project: Consumer;
let sandbox: TestSandbox;

beforeAll(async () => {
  [project, sandbox] = await Promise.all([consumer('nodenext'), testSandbox()]);
  await project.compile(Object.fromEntries(examples.map(({ name, source }) => [name, source])));
  await inProcess(['setup', '--port', `${sandbox.port}`], sandbox.kubeconfig);
}, 60_000);
afterAll(async () => {
  await sandbox.stop();
  await project.remove();
});

it('has every block of code among its examples', () => {
  expect(examples.length).toBeGreaterThan(0);
  expect(page.match(/^```\w+/gm)).toHaveLength(2 * examples.length);
});

// In the order of the page: each goes on from what the one before has left.
it.for(examples)('$name prints what the page says', async ({ name, printed }) => {
  const result = await project.run(name, [], { KUBECONFIG: sandbox.kubeconfig });
  expect(result).toEqual({ exitCode: 0, stdout: printed, stderr: '' });
});
