/** kubectl of several ages on a sandbox and on the real API server: one script, and the same answers. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testSandbox, type TestSandbox } from '../../helpers/sandbox.ts';
import { productDir } from '../build/cache.ts';
import { kubectlPrograms, kubectlReleases } from '../components/kubectl/kubectl.ts';
import { runScript, scriptLines, type Step } from './run-script.ts';

describe('kubectl of several ages', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await testSandbox();
  });
  afterAll(() => sandbox.stop());

  test.concurrent.each(kubectlReleases)(
    '%s prints the same for the sandbox as for the API server',
    { timeout: 300_000 },
    async (release) => {
      const kubectl = join(await productDir(kubectlPrograms), release, 'kubectl');
      const namespace = `kubectl-${release.replace('.', '-')}`;
      const lines = await scriptLines();
      const [ours, real] = await Promise.all(
        [sandbox.kubeconfig, process.env['KUBECONFIG']!].map((kubeconfig) =>
          runScript(lines, { kubeconfig, kubectl, namespace }),
        ),
      );
      const differs = (_: Step, at: number): boolean => JSON.stringify(ours![at]) !== JSON.stringify(real![at]);
      expect(ours!.filter(differs)).toEqual(real!.filter(differs));
    },
  );
});
