import { expect, test } from 'vitest';
import { lineCutter } from '../../src/cluster/http/lines.ts';
import { statusError } from '../../src/cluster/http/status-errors.ts';
import { readEndpointCounters } from '../../src/core/envoy/connection-counters.ts';
import { ShiftError } from '../../src/errors.ts';
import { systemClock } from '../../src/io.ts';
import { podLoop, type RunInPod } from '../../src/probe/pod-loop.ts';
import { errorLines } from '../../src/report/errors.ts';

/** Milliseconds, enough for a busy machine. Work in proportion to the text takes a hundredth of it, work in proportion to its square many times as much. */
const enough = 15_000;

const audience = { stderr: { isTTY: false }, env: {}, verbose: false };

function cutInPieces(count: number): void {
  const cutter = lineCutter();
  for (let piece = 0; piece < count; piece += 1) cutter.push('0123456789');
  expect(cutter.push('\n')).toHaveLength(1);
}

test.each<[string, () => unknown]>([
  ['an error page of tags that never end', () => statusError(502, '<'.repeat(120_000), 'list pods')],
  ['a line in very many pieces', () => cutInPieces(150_000)],
  ["a page of endpoints' counters whose addresses never end", () => readEndpointCounters('a::[\n'.repeat(100_000))],
  [
    'an error message of nothing but blanks',
    () => errorLines(new ShiftError('cluster', `a${' '.repeat(150_000)}b`), audience),
  ],
])('%s takes time in proportion to its length', (_, work) => {
  const start = performance.now();
  work();
  expect(performance.now() - start).toBeLessThan(enough);
});

test('as many lines as a pod likes to print at once take time in proportion to their number', async () => {
  const run: RunInPod = (_command, onLine) => {
    for (let line = 0; line < 500_000; line += 1) onLine('');
    return Promise.resolve(1);
  };
  const options = { host: '127.0.0.1', port: 1, count: 1, intervalMs: 0, concurrency: 1, jitter: 0, timeoutMs: 1000 };
  const start = performance.now();
  await expect(podLoop(options, { run, classify: () => null, clock: systemClock }).next()).rejects.toThrow('0 of 1');
  expect(performance.now() - start).toBeLessThan(enough);
});

test('a line without an end is given up before it fills the memory', () => {
  const cutter = lineCutter();
  const piece = 'x'.repeat(1024 * 1024);
  const pushUpTo = (mebibytes: number) => {
    for (let pushed = 0; pushed < mebibytes; pushed += 1) cutter.push(piece);
  };
  expect(() => pushUpTo(64)).not.toThrow();
  expect(() => pushUpTo(1)).toThrow('it sent a line of more than 67108864 characters');
});
