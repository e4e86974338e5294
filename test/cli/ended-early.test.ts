/** What has been seen is told also where the looking is ended before its time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { withWeights } from '../helpers/foreign-weights.ts';
import { temporaryFolder } from '../helpers/cluster.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';

const test = taskSandbox({ v1: 80, v2: 20 });

/** Acts once so many lines have come. */
function afterLines(count: number, act: () => void): (text: string) => void {
  let lines = 0;
  return (text) => {
    const before = lines;
    lines += text.split('\n').length - 1;
    if (before < count && lines >= count) act();
  };
}

test('probe sums up what it saw when it is interrupted, as ping does', async ({ sandbox }) => {
  const kill = new AbortController();
  const { exitCode, stdout, stderr } = await sandbox.run('probe --count 1000 --interval 20ms', {
    signal: kill.signal,
    killSignal: 'SIGINT',
    onOutput: afterLines(5, () => kill.abort()),
  });
  expect(exitCode).toBe(130);
  expect(stderr).toBe('error: interrupted\n');
  const replies = stdout.match(/^(one|two) /gm)!.length;
  expect(replies).toBeGreaterThanOrEqual(5);
  const counted = [...stdout.matchAll(/^v\d +(\d+) /gm)].map(([, count]) => Number(count));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(replies);
});

test('verify tells the verdict so far when it is interrupted, and how it ended', async ({ sandbox }) => {
  const kill = new AbortController();
  const options = { signal: kill.signal, killSignal: 'SIGTERM', onOutput: afterLines(5, () => kill.abort()) } as const;
  const { exitCode, stdout, stderr } = await sandbox.run('verify --fixed 5000 --interval 20ms -o ndjson', options);
  expect(exitCode).toBe(143);
  expect(stderr).toMatch(/^error: terminated, after \d+ connections$/m);
  expect(stdout).not.toContain('PASS');
});

test('verify leaves a split open that the route is not asked for any more, and names who asks for what', async ({
  sandbox,
}) => {
  onTestFinished(() => sandbox.done('weight v2=20 --force-conflicts --wait programmed'));
  const overwrite = () => void withWeights(sandbox.other, [1, 1]);
  const options = { onOutput: afterLines(5, overwrite) };
  const junit = join(await temporaryFolder(), 'verdict.xml');
  const ended = await sandbox.run(`verify --fixed 100000 --interval 5ms -o ndjson --junit ${junit}`, options);
  expect(ended.exitCode).toBe(3);
  expect(await readFile(junit, 'utf8')).toMatch(
    /INCONCLUSIVE: the weights of the route were changed while they were looked at by somebody at \S+Z: the route has v1=1 v2=1/,
  );
});
