import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { createProgress, type ProgressOptions } from '../../src/report/terminal/progress.ts';
import { settleScreen } from '../../src/report/terminal/screen.ts';
import { inTerminal } from '../helpers/terminal.ts';

/** Progress on something that is no terminal, and what it wrote there, line by line. */
function onLog(over: Partial<ProgressOptions> = {}) {
  let text = '';
  const stderr = { write: (more: string) => void (text += more), isTTY: false, columns: 80 };
  const progress = createProgress({ stderr, env: { LANG: 'C.UTF-8' }, quiet: false, verbose: false, ...over });
  return { progress, stderr, lines: () => text.split('\n').slice(0, -1) };
}

test('off a terminal, every change of state is one plain line', () => {
  const { progress, lines } = onLog();
  const step = progress.step('Waiting for the deployments');
  step.update('1 of 2 deployments are ready');
  step.update('1 of 2 deployments are ready');
  step.done('The deployments are ready');
  const next = progress.step('Waiting for the route');
  next.fail();
  next.done('too late');
  next.update('too late');
  progress.note('The sandbox runs already');
  progress.warn('v1alpha2 is deprecated');
  expect(lines()).toEqual([
    'Waiting for the deployments',
    '1 of 2 deployments are ready',
    '✓ The deployments are ready',
    'Waiting for the route',
    '✗ Waiting for the route',
    'The sandbox runs already',
    'warning: v1alpha2 is deprecated',
  ]);
});

test('without Unicode, words stand for the marks', () => {
  const { progress, lines } = onLog({ env: { LANG: 'C' } });
  progress.step('One').done();
  progress.step('Two').fail();
  expect(lines()).toEqual(['One', 'ok One', 'Two', 'failed Two']);
});

test('quiet leaves warnings alone', () => {
  const { progress, lines } = onLog({ quiet: true });
  const step = progress.step('One');
  step.update('Two');
  progress.note('Three');
  progress.warn('Four');
  step.done();
  expect(lines()).toEqual(['warning: Four']);
});

test('verbose says how long a step took', () => {
  const { progress, lines } = onLog({ verbose: true });
  progress.step('One').done();
  expect(lines().at(-1)).toMatch(/^✓ One \(\d+ms\)$/);
});

test('steps that are open when the screen is settled have failed, the inner one first', () => {
  const { progress, stderr, lines } = onLog();
  progress.step('Outer');
  progress.step('Inner');
  settleScreen(stderr);
  settleScreen(stderr);
  expect(lines()).toEqual(['Outer', 'Inner', '✗ Inner', 'Outer', '✗ Outer']);
});

const start = `
import { createProgress } from './src/report/terminal/progress.ts';
import { settleScreen } from './src/report/terminal/screen.ts';
const progress = createProgress({ stderr, env, quiet: false, verbose: false });`;

test('on a terminal, a spinner makes place for what is written and leaves only the last state', async () => {
  const run = await inTerminal(`${start}
    const step = progress.step('Waiting');
    await shown('Waiting');
    stdout.write('one first\\n');
    step.update('Still waiting');
    await shown('Still waiting');
    stdout.write('one second\\n');
    progress.warn('slow');
    step.done('There');
    stdout.write('last\\n');`);
  expect(run.screen).toEqual(['one first', 'one second', 'warning: slow', '✓ There', 'last']);
  expect(stripVTControlCharacters(run.raw)).toMatch(/⠋ Waiting/);
  expect(run.raw).toContain('Still waiting');
  expect(run).toMatchObject({ cursorColumn: 0, cursorHidden: false, exitCode: 0 });
});

test('overlapping steps share one spinner', async () => {
  const run = await inTerminal(`${start}
    const outer = progress.step('Outer');
    const inner = progress.step('Inner');
    await shown('Inner');
    inner.done();
    await shown('Outer');
    outer.done();`);
  expect(run.screen).toEqual(['✓ Inner', '✓ Outer']);
});

test('an open spinner neither survives an error nor keeps the program running', async () => {
  const run = await inTerminal(`${start}
    progress.step('Waiting');
    await shown('Waiting');
    settleScreen(stderr);
    stderr.write('error: gone\\n');
    process.exitCode = 5;`);
  expect(run.screen).toEqual(['✗ Waiting', 'error: gone']);
  expect(run.exitCode).toBe(5);
});

test("while the spinner turns, Ctrl-C is the program's own business", async () => {
  const run = await inTerminal(
    `${start}
    const step = progress.step('Waiting');
    const busy = setInterval(() => {}, 1000);
    await new Promise((stop) => process.once('SIGINT', stop));
    clearInterval(busy);
    step.fail('Interrupted');
    process.exitCode = 130;`,
    { type: { after: 'Waiting', keys: '\u0003' } },
  );
  expect(run.screen.at(-1)).toBe('✗ Interrupted');
  expect(run.exitCode).toBe(130);
});

test.each([{ CI: 'true' }, { TERM: 'dumb' }])('no spinner on a terminal with %j', async (env) => {
  const run = await inTerminal(
    `${start}
    const step = progress.step('Waiting');
    await shown('Waiting');
    step.done('There');`,
    { env },
  );
  expect(run.screen.map((line) => line.replace(/^(✓|ok) /, ''))).toEqual(['Waiting', 'There']);
  expect(run.raw).not.toContain('\u001B[1G');
});

test('text wider than the terminal is cleared as well', async () => {
  const run = await inTerminal(
    `${start}
    const step = progress.step('Waiting for '.repeat(8));
    await shown('Waiting');
    step.done('There');`,
    { columns: 30 },
  );
  expect(run.screen).toEqual(['✓ There']);
});
