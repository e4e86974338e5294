import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testSandbox, type TestSandbox } from '../../helpers/sandbox.ts';
import { productDir } from '../build/cache.ts';
import { kubectlPrograms, kubectlReleases } from '../components/kubectl/kubectl.ts';
import { linesOf, runScript, type Step } from './run-script.ts';

/** One test for each release of kubectl: every step of the script comes out the same on a new sandbox and on the cluster of KUBECONFIG. */
export function printsTheSame(script: string): void {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await testSandbox();
  });
  afterAll(() => sandbox.stop());

  test.concurrent.each(kubectlReleases)(
    '%s prints the same for the sandbox as for the cluster',
    { timeout: 300_000 },
    async (release) => {
      const kubectl = join(await productDir(kubectlPrograms), release, 'kubectl');
      const namespace = `${script}-${release.replace('.', '-')}`;
      const lines = await linesOf(script);
      const [ours, real] = await Promise.all(
        [sandbox.kubeconfig, process.env['KUBECONFIG']!].map((kubeconfig) =>
          runScript(lines, { kubeconfig, kubectl, namespace }),
        ),
      );
      const differs = (_: Step, at: number): boolean => JSON.stringify(ours![at]) !== JSON.stringify(real![at]);
      expect(ours!.filter(differs)).toEqual(real!.filter(differs));
    },
  );
}
