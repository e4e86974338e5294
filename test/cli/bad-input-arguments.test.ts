import { describe, expect, test } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { refused } from '../helpers/refused.ts';

const usage = 2;

describe('words that are no command or option', () => {
  test.each([
    ['wieght v2=20', "unknown command 'wieght'", 'try weight, or read the help: tcpshift --help'],
    ['kubectl', "unknown command 'kubectl'", 'read the help: tcpshift --help'],
    ['help nothing', "unknown command 'nothing'", 'read the help: tcpshift --help'],
    ['sandbox strat', "unknown command 'strat'", 'try start, or read the help: tcpshift sandbox --help'],
    ['--bogus', "unknown option '--bogus'", 'read the help: tcpshift --help'],
    ['probe --cout 3', "unknown option '--cout'", 'try --count, or read the help: tcpshift probe --help'],
    ['sandbox start --bogus', "unknown option '--bogus'", 'read the help: tcpshift sandbox start --help'],
    ['-n weight setup --bogus', "unknown option '--bogus'", 'read the help: tcpshift setup --help'],
    ['weight v2=20 -n', "option '-n, --namespace <name>' argument missing", 'read the help: tcpshift --help'],
    [
      'status a b',
      "too many arguments for 'status': expected 1 argument but got 2",
      'read the help: tcpshift status --help',
    ],
  ])('%s', async (line, error, hint) => {
    expect(await refused(line.split(' '))).toEqual({ exitCode: usage, error, hint });
  });
});

describe('values that an option does not take', () => {
  const number = (flags: string, value: string, most: number): string =>
    `option '${flags}' argument '${value}' is invalid: must be a whole number from 1 to ${most}`;
  const duration = (flags: string, value: string): string =>
    `option '${flags}' argument '${value}' is invalid: must be a number with a unit, such as 500ms, 2s or 1m30s`;
  const choice = (flags: string, value: string, choices: string): string =>
    `option '${flags}' argument '${value}' is invalid: allowed choices are ${choices}`;
  test.each([
    ['probe --count 0', number('--count <n>', '0', 10_000_000)],
    ['probe --count 1e3', number('--count <n>', '1e3', 10_000_000)],
    ['setup --port 65536', number('--port <port>', '65536', 65535)],
    ['setup --port http', number('--port <port>', 'http', 65535)],
    ['probe --port -1', number('--port <port>', '-1', 65535)],
    ['probe --interval soon', duration('--interval <duration>', 'soon')],
    ['setup --timeout -1s', duration('--timeout <duration>', '-1s')],
    [
      'verify --source-address me',
      "option '--source-address <addresses>' argument 'me' is invalid: must be IP addresses with commas between them",
    ],
    ['verify -o xml', choice('-o, --output <format>', 'xml', 'text, json, yaml, ndjson')],
    ['status -o ndjson', choice('-o, --output <format>', 'ndjson', 'text, json, yaml')],
    ['weight v2=20 --dry-run', "option '--dry-run <strategy>' argument missing"],
    ['probe --from moon', choice('--from <place>', 'moon', 'auto, local, port-forward, pod')],
    ...['--max-time', '--window'].map((option): [string, string] => [
      `verify ${option} 0`,
      `option '${option} <duration>' argument '0' is invalid: must be a number above 0 with a unit, such as 500ms, 2s or 1m30s`,
    ]),
    ['verify --alpha small', "option '--alpha <probability>' argument 'small' is invalid: must be a number"],
    [
      'plan --tolerance some',
      "option '--tolerance <points>' argument 'some' is invalid: must be a number, such as 5 for points or 20% for a part of the share",
    ],
  ])('%s', async (line, error) => {
    const hint = `read the help: tcpshift ${line.split(' ')[0]} --help`;
    expect(await refused(line.split(' '))).toEqual({ exitCode: usage, error, hint });
  });
});

test.each([
  [
    'status --request-timeout 3parsecs',
    "option '--request-timeout <duration>' argument '3parsecs' is invalid: must be",
  ],
  ['status -n My_Apps', "option '-n, --namespace <name>' argument 'My_Apps' is invalid: must be up to 63 lower-case"],
  ['setup --api linkerd', "option '--api <api>' argument 'linkerd' is invalid: allowed choices are auto, istio"],
])('%s names the help of the whole tool, which lists the option', async (line, error) => {
  const { error: found, ...rest } = await refused(line.split(' '));
  expect(rest).toEqual({ exitCode: usage, hint: 'read the help: tcpshift --help' });
  expect(found).toContain(error);
});

describe('what cannot be rendered', () => {
  const example = 'write VERSION=PERCENT, for example: v2=20';
  test.each([
    ['weight', 'no version was given a weight', example],
    ['weight v3=20', 'the route has no version v3; it has v1, v2', 'name one of: v1, v2'],
    ['weight v2=20 v2=30', 'version v2 is named twice, with 20% and 30%', 'name v2 once'],
    [
      'weight v1=50 v2=40',
      'every version is named, and the percentages sum to 90%',
      'make them sum to 100%, or leave one out: it gets the rest',
    ],
    ['weight v1=80 v2=21', 'the percentages sum to 101%, over 100%', 'lower them to 100% in all'],
    ['weight v2=101', 'v2=101 is over 100 percent', example],
    ['weight v2=-1', 'v2=-1 is negative; a percentage is 0 to 100', example],
    ['weight v2=NaN', 'v2=NaN: "NaN" is not a percentage', example],
    ['weight v2=', 'v2= has no percentage after the "="', example],
    ['weight =20', '"=20" names no version before the "="', example],
    ['weight v2', '"v2" has no "="', example],
    ['wait', '"wait" is neither setup nor weight', 'say which, for example: tcpshift render weight v2=20'],
    [
      '--route-version v9',
      'TCPRoute has no version v9 that tcpshift can write; it has v1, v1alpha2',
      'choose one of them, for example: --route-version v1',
    ],
  ])('render %s', async (words, error, hint) => {
    expect(await refused(['render', ...words.split(' ')])).toEqual({ exitCode: usage, error, hint });
  });
});

test('no command at all shows the help, and so does a group of commands', async () => {
  const [all, group] = await Promise.all([cli([]), cli(['sandbox'])]);
  expect(all).toMatchObject({ exitCode: 0, stderr: '' });
  expect(all.stdout).toContain('Usage: tcpshift [options] <command>');
  expect(group).toMatchObject({ exitCode: 0, stderr: '' });
  expect(group.stdout).toContain('Usage: tcpshift sandbox');
});

test('what nobody reads on stdin changes nothing', async () => {
  const piped = await cli(['render', 'weight', 'v2=20'], { input: 'v1: [broken\u0000' });
  expect(piped).toMatchObject({ exitCode: 0, stdout: (await cli(['render', 'weight', 'v2=20'])).stdout });
});
