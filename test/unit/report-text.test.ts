import * as fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { ShiftError } from '../../src/errors.ts';
import { bar } from '../../src/report/terminal/bar.ts';
import { emit, ndjsonLine } from '../../src/report/output.ts';
import { errorLines } from '../../src/report/errors.ts';
import { printable } from '../../src/report/terminal/printable.ts';
import { createStyle } from '../../src/report/terminal/style.ts';
import { table } from '../../src/report/terminal/table.ts';
import { textWidth } from '../../src/report/terminal/text-width.ts';

describe('style', () => {
  const isColoured = (isTTY: boolean, env = {}) => createStyle({ isTTY }, env).red('x') !== 'x';

  test('colours where the stream is a terminal, unless the user says otherwise', () => {
    expect(isColoured(true)).toBe(true);
    expect(isColoured(false)).toBe(false);
    expect(isColoured(true, { NO_COLOR: '1' })).toBe(false);
    expect(isColoured(true, { NO_COLOR: '' })).toBe(true);
    expect(isColoured(true, { TERM: 'dumb' })).toBe(false);
    expect(isColoured(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(isColoured(false, { FORCE_COLOR: '' })).toBe(true);
    expect(isColoured(true, { FORCE_COLOR: '0' })).toBe(false);
    expect(isColoured(true, { FORCE_COLOR: 'false' })).toBe(false);
    expect(isColoured(true, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  test.each([
    [{}, true],
    [{ LANG: 'en_GB.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'POSIX' }, false],
    [{ TERM: 'linux' }, false],
    [{ TERM: 'dumb' }, false],
  ])('with %j, Unicode is %j', (env, unicode) => {
    expect(createStyle({ isTTY: true }, env).unicode).toBe(unicode);
  });
});

describe('errors', () => {
  const audience = { stderr: { isTTY: false }, env: {}, verbose: false };

  test('an expected error is its message and its hint, each on one line', () => {
    const error = new ShiftError('usage', 'there is no version v9', { hint: 'tcpshift status' });
    expect(errorLines(error, audience)).toEqual(['error: there is no version v9', 'hint: tcpshift status']);
    expect(errorLines(new ShiftError('cluster', 'two\n  lines'), audience)).toEqual(['error: two lines']);
  });

  test('its causes are shown on request, and once each', () => {
    const root = new TypeError('fetch failed');
    const cause = new Error('connect ECONNREFUSED', { cause: root });
    root.cause = cause;
    const error = new ShiftError('cluster', 'the API server does not answer', { cause });
    expect(errorLines(error, audience)).toHaveLength(1);
    expect(errorLines(error, { ...audience, verbose: true })).toEqual([
      'error: the API server does not answer',
      'caused by: connect ECONNREFUSED',
      'caused by: TypeError: fetch failed',
    ]);
  });

  test('anything else is a bug, with its stack and where to report it', () => {
    const [first, second, ...rest] = errorLines(new TypeError('x is undefined'), audience);
    expect(first).toBe('error: bug in tcpshift: TypeError: x is undefined');
    expect(second).toMatch(/^ +at .*report-text\.test\.ts/);
    expect(rest.at(-1)).toMatch(/^hint: .*npm bugs tcpshift/);
    expect(errorLines('thrown text', audience)[0]).toBe('error: bug in tcpshift: thrown text');
  });

  test('labels are coloured on a terminal, and nothing else can be', () => {
    const error = new ShiftError('rejected', 'denied: \u001B[2Jgone');
    const lines = errorLines(error, { ...audience, stderr: { isTTY: true } });
    expect(lines).toEqual([`${createStyle({ isTTY: true }, {}).red('error:')} denied: \\x1b[2Jgone`]);
  });
});

test("control characters of other people's text are shown, not obeyed", () => {
  expect(printable('a\u001B[31mb\r\n\u0007\u009B\tc é')).toBe('a\\x1b[31mb\\x0d\\x0a\\x07\\x9b c é');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(printable(text))));
});

describe('documents', () => {
  const body = { from: 'local', versions: [{ version: 'v1', share: 0.8 }], yes: 'no', empty: null };

  const emitted = (format: string): string => {
    let written = '';
    const stdout = { write: (text: string) => void (written += text), isTTY: false, columns: 80 };
    emit({ stdout }, format, { kind: 'Probe', body, lines: ['one', 'two'] });
    return written;
  };

  test('JSON and YAML say the same, and what they are', () => {
    const expected = { schemaVersion: 1, kind: 'Probe', ...body };
    expect(JSON.parse(emitted('json'))).toEqual(expected);
    expect(parse(emitted('yaml'))).toEqual(expected);
    expect(emitted('text')).toBe('one\ntwo\n');
    expect(emitted('json')).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"kind": "Probe",\n[^]*\}\n$/);
  });

  test('a line of a stream is one line', () => {
    expect(ndjsonLine({ reply: 'a\nb' })).toBe('{"reply":"a\\nb"}\n');
  });
});

describe('tables', () => {
  test('text to the left, numbers to the right, no spaces at the ends', () => {
    const rows = [
      ['v1', 16, '80 %', 'ready'],
      ['release-2', 4, '2.5 %', ''],
    ];
    expect(table(['VERSION', 'CONNECTIONS', 'SHARE', 'STATE'], rows)).toEqual([
      'VERSION     CONNECTIONS   SHARE   STATE',
      'v1                   16    80 %   ready',
      'release-2             4   2.5 %',
    ]);
  });

  test('a column of words stays left though one of them is a number', () => {
    expect(
      table(
        ['A', 'B'],
        [
          ['1', 'x'],
          ['one', 'y'],
        ],
      ),
    ).toEqual(['A     B', '1     x', 'one   y']);
  });

  test('wide characters and colours keep the columns aligned', () => {
    const { green } = createStyle({ isTTY: true }, {});
    const lines = table(
      ['NAME', 'X'],
      [
        ['版本一', 'a'],
        [green('v2'), 'b'],
        ['e\u0301té', 'c'],
      ],
    );
    expect(lines.map((line) => textWidth(line))).toEqual([10, 10, 10, 10]);
  });

  test('what does not fit is wrapped at words, in the widest column', () => {
    const reason = 'no listener of the gateway matches the port that the route names';
    const lines = table(['CONDITION', 'MESSAGE', 'N'], [['Accepted', reason, 12]], 50);
    expect(lines).toEqual([
      'CONDITION   MESSAGE                              N',
      'Accepted    no listener of the gateway          12',
      '            matches the port that the route',
      '            names',
    ]);
  });

  test('a table fits, and says everything, whatever its words', () => {
    const word = fc.stringMatching(/^[a-z]{1,30}$/);
    const cell = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 }), (rows) => {
        const lines = table(['A', 'B', 'C'], rows, 60);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(60);
        const letters = (text: string) => text.replaceAll(' ', '').split('').sort().join('');
        expect(letters(lines.slice(1).join(''))).toBe(letters(rows.flat().join('')));
      }),
    );
  });

  test('no rows leave the headers', () => {
    expect(table(['A', 'B'], [])).toEqual(['A   B']);
  });
});

describe('bars', () => {
  test('a share in eighths of a character, or whole ones in ASCII', () => {
    expect(bar(0.5, 4, true)).toBe('██  ');
    expect(bar(0.2, 5, true)).toBe('█    ');
    expect(bar(0.3, 5, true)).toBe('█▌   ');
    expect(bar(0.5, 4, false)).toBe('##..');
  });

  test('something is never nothing, and nearly all is never all', () => {
    expect(bar(0.0001, 4, true)).toBe('▏   ');
    expect(bar(0.9999, 4, true)).toBe('███▉');
    expect([bar(0, 4, false), bar(0.0001, 4, false), bar(0.9999, 4, false), bar(1, 4, false)]).toEqual([
      '....',
      '#...',
      '###.',
      '####',
    ]);
  });

  test('a bar is as wide as asked, and never shorter for more', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.integer({ min: 2, max: 40 }), fc.boolean(), (a, b, width, unicode) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((each) => bar(each, width, unicode));
        expect(textWidth(small!)).toBe(width);
        expect(filling(small!)).toBeLessThanOrEqual(filling(large!));
      }),
    );
  });

  const filling = (text: string) =>
    text.split('').reduce((sum, each) => sum + Math.max(0, ' ▏▎▍▌▋▊▉█'.indexOf(each), each === '#' ? 8 : 0), 0);
});
