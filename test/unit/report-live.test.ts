import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intervalPlot } from '../../src/report/terminal/interval-plot.ts';
import { createLive } from '../../src/report/terminal/live.ts';
import { liveLine, liveLines, type LiveState } from '../../src/report/terminal/live-lines.ts';
import { createStyle } from '../../src/report/terminal/style.ts';
import { textWidth } from '../../src/report/terminal/text-width.ts';
import { inTerminal } from '../helpers/terminal.ts';

const plain = createStyle({ isTTY: false }, {});
const ascii = createStyle({ isTTY: false }, { LANG: 'C' });

const state: LiveState = {
  samples: 583,
  budget: 2000,
  rate: 312.4,
  leftMs: 4540,
  failures: { count: 3, rate: 3 / 583, limit: 0.01, state: 'acceptable' },
  versions: [
    {
      version: 'v1',
      count: 462,
      observed: 0.7925,
      share: 0.8,
      tolerance: 0.05,
      interval: { low: 0.757, high: 0.824 },
      state: 'within',
    },
    {
      version: 'v2',
      count: 118,
      observed: 0.2024,
      share: 0.2,
      tolerance: 0.05,
      interval: { low: 0.171, high: 0.236 },
      state: 'undecided',
    },
  ],
};

describe('the plot of an interval', () => {
  const plot = (low: number, observed: number, high: number, style = plain) =>
    intervalPlot({ share: 0.2, tolerance: 0.05, observed, interval: { low, high } }, 17, style);

  test('stands between the edges of the tolerance', () => {
    expect(plot(0.175, 0.2, 0.225)).toBe('    │ ━━●━━ │    ');
    expect(plot(0.185, 0.2, 0.25)).toBe('    │  ━●━━━│    ');
    expect(plot(0.175, 0.2, 0.225, ascii)).toBe('    | --o-- |    ');
  });

  test('shows at which end it goes beyond', () => {
    expect(plot(0, 0.2, 1)).toBe('◂━━━│━━━●━━━│━━━▸');
    expect(plot(0.4, 0.5, 0.6)).toBe('    │   ┆   │   ▸');
    expect(plot(0, 0.01, 0.05)).toBe('◂   │   ┆   │    ');
  });

  test('is as wide as asked for every share, tolerance and interval', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(share, share, share), share, fc.integer({ min: 9, max: 60 }), (values, tolerance, width) => {
        const [low, observed, high] = values.toSorted((x, y) => x - y) as [number, number, number];
        const text = intervalPlot({ share: values[0], tolerance, observed, interval: { low, high } }, width, plain);
        expect(textWidth(text)).toBe(width);
      }),
    );
  });
});

describe('the block', () => {
  test('has a line on the whole and a row a version', () => {
    expect(liveLines(state, plain, 76)).toEqual([
      '583/2000 connections, 3 failed (0.5 % of at most 1.0 %), 312/s, 5s left',
      'VERSION   OBSERVED             INTERVAL                ASKED      STATE',
      'v1        ███████▉    79.3 %        │━━━●━━━  │        80 ± 5 %   within',
      'v2        ██          20.2 %        │ ━━━●━━━━│        20 ± 5 %   open',
    ]);
    expect(liveLines(state, plain, 42)).toEqual([
      '583/2000 connections, 3 failed (0.5 % o…',
      'v1 79.3 %, 75.7 – 82.4, asked 80 ± 5 %',
      'v2 20.2 %, 17.1 – 23.6, asked 20 ± 5 %',
    ]);
    expect(liveLines({ ...state, leftMs: null }, plain, 80)[0]).toBe(
      '583/2000 connections, 3 failed (0.5 % of at most 1.0 %), 312/s',
    );
    const clean = { ...state, leftMs: 125_000, failures: { ...state.failures, count: 0, rate: 0 } };
    expect(liveLines(clean, plain, 80)[0]).toBe('583/2000 connections, none failed, 312/s, 2m5s left');
  });

  test('fits into any terminal, whatever the names', () => {
    const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        names,
        fc.integer({ min: 20, max: 200 }),
        fc.constantFrom(plain, ascii),
        (versions, columns, style) => {
          const many = { ...state, versions: versions.map((version) => ({ ...state.versions[0]!, version })) };
          const lines = liveLines(many, style, columns);
          expect(lines.length).toBeGreaterThan(versions.length);
          for (const line of lines) expect(textWidth(line)).toBeLessThan(columns - 1);
        },
      ),
    );
  });

  test('is one line in a log', () => {
    expect(liveLine(state)).toBe(
      '583/2000 connections, 3 failed (0.5 % of at most 1.0 %), 312/s, 5s left: v1 79.3 %, v2 20.2 %',
    );
  });
});

/** A clock that a test moves by hand. */
function handClock() {
  let time = 0;
  return { now: () => time, monotonic: () => time, sleep: async () => {}, forward: (ms: number) => (time += ms) };
}

function onLog(quiet = false) {
  let text = '';
  const stderr = { write: (more: string) => void (text += more), isTTY: false, columns: 80 };
  const clock = handClock();
  return { live: createLive({ stderr, env: {}, quiet, clock }), clock, lines: () => text.split('\n').slice(0, -1) };
}

test('off a terminal, a line every five seconds, and the state is asked for only then', () => {
  const { live, clock, lines } = onLog();
  let asked = 0;
  for (let second = 0; second < 60; second += 1) {
    live.changed(() => ({ ...state, samples: (asked += 1) }));
    clock.forward(1000);
  }
  live.end();
  expect(asked).toBe(11);
  expect(lines()).toHaveLength(11);
  expect(lines()[10]).toMatch(/^11\/2000 connections/);
});

test('quiet says nothing', () => {
  const { live, clock, lines } = onLog(true);
  clock.forward(10_000);
  live.changed(() => state);
  live.end();
  expect(lines()).toEqual([]);
});

const start = `
import { createLive } from './src/report/terminal/live.ts';
import { settleScreen } from './src/report/terminal/screen.ts';
import { systemClock } from './src/io.ts';
const live = createLive({ stderr, env, quiet: false, clock: systemClock });
const state = ${JSON.stringify(state)};
let asked = 0;
const started = performance.now();
async function runUntil(text) {
  while (!isShown(text)) {
    live.changed(() => ({ ...state, samples: ++asked }));
    await new Promise(setImmediate);
  }
}`;

test('on a terminal, the block is redrawn in place, below what is written, and is gone at the end', async () => {
  const run = await inTerminal(`${start}
    await runUntil('/2000 connections');
    stdout.write('a sample\\n');
    await runUntil((asked + 2) + '/2000 connections');
    live.end();
    stdout.write('PASS ' + (asked <= (performance.now() - started) / 100) + '\\n');`);
  expect(run.screen).toEqual(['a sample', 'PASS true']);
  expect(run.raw).toMatch(/\d\/2000 connections/);
  expect(run.raw).toContain('79.3 %');
  expect(run).toMatchObject({ cursorColumn: 0, cursorHidden: false, exitCode: 0 });
});

test('a block that is still open when the screen is settled goes as well', async () => {
  const run = await inTerminal(`${start}
    await runUntil('/2000 connections');
    settleScreen(stderr);
    stderr.write('error: gone\\n');`);
  expect(run.screen).toEqual(['error: gone']);
});
