import { test, type TestAPI } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { watchedSandbox, type WatchedSandbox } from './watched-sandbox.ts';

/**
 * A `test` whose tests get a `sandbox` in which the task is set up and every gateway has the split in percent; with an empty one all connections go to v1.
 * It starts for the first test that takes it, is shared by all of them, and ends with the file. To be called outside `describe`.
 */
export function taskSandbox(
  split: Record<string, number>,
  options: Partial<SandboxOptions> = {},
): TestAPI<{ sandbox: WatchedSandbox }> {
  const shares = Object.entries(split).map(([version, percent]) => `${version}=${percent}`);
  return test.extend<{ sandbox: WatchedSandbox }>({
    sandbox: [
      // oxlint-disable-next-line no-empty-pattern -- Vitest reads the names of other fixtures off this pattern.
      async ({}, use) => {
        const sandbox = await watchedSandbox(options);
        try {
          await sandbox.done(`setup --port ${sandbox.port}`);
          if (shares.length > 0) await sandbox.done(`weight ${shares.join(' ')} --wait programmed`);
          await use(sandbox);
        } finally {
          await sandbox.stop();
        }
      },
      { scope: 'file' },
    ],
  });
}
