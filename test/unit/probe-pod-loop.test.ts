import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sample } from '../../src/core/sample.ts';
import { systemClock } from '../../src/io.ts';
import { byPrefix } from '../../src/probe/classify.ts';
import { podLoop, type RunInPod } from '../../src/probe/pod-loop.ts';
import { longestReply, podLoopCommand, type PodLoopOptions } from '../../src/probe/pod-script.ts';
import { refusal, rejection } from '../helpers/refusal.ts';
import { freePort } from '../helpers/free-port.ts';
import { echo, listen, onLine } from '../helpers/tcp-server.ts';

const classify = byPrefix(
  new Map([
    ['one', 'v1'],
    ['two', 'v2'],
  ]),
);
const base = { host: '127.0.0.1', count: 3, intervalMs: 0, concurrency: 1, jitter: 0, timeoutMs: 2000 };

const busybox = programs('busybox')[0];
const otherNetcat = programs('nc').find((path) => path !== busybox);

function programs(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).filter(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The programs of a container, and where they are here. */
type Programs = Record<string, string>;

/** Starts a command with nothing but these programs on its PATH. */
function start(links: Programs, command: readonly string[], signal?: AbortSignal) {
  const bin = mkdtempSync(join(tmpdir(), 'tcpshift-test-'));
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(bin, name));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  const [name, ...args] = command;
  const child = spawn(join(bin, name!), args, { env: { PATH: bin }, stdio: ['ignore', 'pipe', 'pipe'], signal });
  child.stderr.pipe(process.stderr, { end: false });
  return child;
}

/** Runs commands as a container with nothing but these programs does. */
function containerOf(links: Programs): RunInPod {
  return (command, onLine, signal) => {
    const child = start(links, command, signal);
    createInterface(child.stdout).on('line', onLine);
    return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve(code ?? 1)));
  };
}

async function all(options: PodLoopOptions, run: RunInPod, clock = systemClock): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of podLoop(options, { run, classify, clock })) samples.push(sample);
  return samples;
}

describe.skipIf(busybox === undefined)(
  'in a container with busybox, as the client image has it (apt-get install busybox)',
  () => {
    const image = { sh: busybox!, nc: busybox!, date: busybox!, sleep: busybox! };
    const container = containerOf(image);

    test('every probe is a sample, with the reply as the page prints it', async () => {
      const server = await listen((socket, index) => echo(index === 1 ? 'two' : 'one')(socket));
      const samples = await all({ ...base, port: server.port }, container);
      expect(samples.map(({ index, version, outcome }) => [index, version, outcome])).toEqual([
        [0, 'v1', 'reply'],
        [1, 'v2', 'reply'],
        [2, 'v1', 'reply'],
      ]);
      expect(samples[0]!.reply).toMatch(/^one \w{3} \w{3} .\d \d\d:\d\d:\d\d \w+ \d{4}$/);
      expect(Math.abs(Date.parse(samples[2]!.time) - Date.now())).toBeLessThan(5000);
      await server.idle();
    });

    test('nothing ends the sending side before the reply, and nothing waits after it', async () => {
      let endedFirst = false;
      const server = await listen((socket) => {
        onLine(socket, (line) => setTimeout(() => socket.writable && socket.write(`one ${line}\n`), 150));
        socket.on('end', () => (endedFirst ||= socket.bytesWritten === 0)).on('end', () => socket.end());
      });
      const [sample] = await all({ ...base, count: 1, port: server.port, send: 'x' }, container);
      expect(sample).toMatchObject({ outcome: 'reply', reply: 'one x' });
      expect(sample!.latencyMs).toBeLessThan(900);
      await server.idle();
      expect(endedFirst).toBe(false);
    });

    test('starts keep the interval', async () => {
      const { port } = await listen(echo('one'));
      const samples = await all({ ...base, port, intervalMs: 120 }, container);
      const times = samples.map(({ time }) => Date.parse(time));
      expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(220);
    });

    test('starts keep the interval while earlier probes wait for their replies', async () => {
      const waiting: Socket[] = [];
      const { port } = await listen((socket) => {
        socket.on('end', () => socket.end());
        onLine(socket, () => {
          if (waiting.push(socket) === 3) waiting.forEach((each) => each.write('one\n'));
        });
      });
      const samples = await all({ ...base, port, intervalMs: 120, concurrency: 3 }, container);
      expect(samples.map(({ outcome }) => outcome)).toEqual(['reply', 'reply', 'reply']);
      const times = samples.map(({ time }) => Date.parse(time));
      expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(220);
    });

    test('samples come in the order in which their probes started, whatever answers first', async () => {
      const waiting: Socket[] = [];
      const answerLast = () => waiting.pop()?.write('one\n');
      const { port } = await listen((socket) => {
        socket.on('end', () => socket.end()).on('close', answerLast);
        onLine(socket, () => {
          if (waiting.push(socket) === 4) answerLast();
        });
      });
      const samples = await all({ ...base, port, count: 4, intervalMs: 50, concurrency: 4 }, container);
      expect(samples.map(({ index, outcome }) => [index, outcome])).toEqual([0, 1, 2, 3].map((n) => [n, 'reply']));
      const times = samples.map(({ time }) => time);
      expect(times).toEqual(times.toSorted());
    });

    test('lines of probes at once do not mix, however long the replies and slow the reader', async () => {
      const text = 'x'.repeat(5000);
      let closed = 0;
      let allClosed = () => {};
      const answered = new Promise<void>((resolve) => (allClosed = resolve));
      const { port } = await listen((socket) => {
        onLine(socket, (line) => socket.write(`one ${line}${text}\n`));
        socket.on('end', () => socket.end()).on('close', () => ++closed === 100 && allClosed());
      });
      const run: RunInPod = async (command, onLine) => {
        const child = start(image, command);
        await answered;
        createInterface(child.stdout).on('line', onLine);
        return (await once(child, 'close'))[0];
      };
      const samples = await all({ ...base, port, count: 100, concurrency: 100, send: 'a' }, run);
      expect(samples.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
      expect(new Set(samples.map(({ reply }) => reply))).toEqual(new Set([`one a${text}`.slice(0, longestReply)]));
    });

    test('text of any kind is sent as it is, and no part of it is run', async () => {
      const { port } = await listen(echo('one'));
      for (const send of [`'; echo owned; '$(echo owned)\`echo owned\` "\\n %s|1`, '-e', 'ünïcödé ✓', '']) {
        const [sample] = await all({ ...base, count: 1, port, send }, container);
        expect(sample).toMatchObject({ outcome: 'reply', reply: `one ${send}` });
      }
    });

    test('every failure is a sample', async () => {
      expect(await all({ ...base, count: 2, port: await freePort() }, container)).toMatchObject([
        { index: 0, outcome: 'refused', version: null, reply: null },
        { index: 1, outcome: 'refused', version: null, reply: null },
      ]);
      const ending = await listen((socket, index) => onLine(socket, () => socket.end(index === 0 ? '' : 'one half')));
      expect(await all({ ...base, count: 2, port: ending.port }, container)).toMatchObject([
        { outcome: 'eof', reply: null },
        { outcome: 'eof', version: null, reply: 'one half' },
      ]);
      const silent = await listen((socket) => socket.resume().on('end', () => socket.end()));
      expect(await all({ ...base, count: 1, port: silent.port, timeoutMs: 1000 }, container)).toMatchObject([
        { outcome: 'timeout', version: null, reply: null },
      ]);
    });

    test('a server that speaks first is only listened to', async () => {
      let heard = '';
      const server = await listen((socket) => {
        socket.write('two welcome\r\n');
        socket.on('data', (data) => (heard += String(data))).on('end', () => socket.end());
      });
      expect(await all({ ...base, count: 1, port: server.port, readFirst: true }, container)).toMatchObject([
        { outcome: 'reply', version: 'v2', reply: 'two welcome' },
      ]);
      await server.idle();
      expect(heard).toBe('');
    });

    test('leaving early ends the command', async () => {
      const { port } = await listen(echo('one'));
      let ended = Promise.resolve(0);
      const run: RunInPod = (...args) => (ended = container(...args));
      for await (const { index } of podLoop({ ...base, count: 1000, port }, { run, classify, clock: systemClock })) {
        if (index === 1) break;
      }
      await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    });

    test('where nobody reads any more, every process in the pod ends', async () => {
      const server = await listen((socket, index) => {
        if (index < 4) echo('one')(socket);
        else socket.resume().on('end', () => socket.end());
      });
      const options = { ...base, port: server.port, count: 1000, intervalMs: 20, concurrency: 100, timeoutMs: 1000 };
      const child = start(image, podLoopCommand(options));
      await once(child.stdout, 'data');
      child.stdout.destroy();
      // The last process that holds it has ended.
      await once(child.stderr, 'end');
      await server.idle();
      expect(server.seen.length).toBeLessThan(50);
    });

    test('a container without nc is an error that says so', async () => {
      const bare = containerOf({ sh: busybox!, date: busybox!, sleep: busybox! });
      expect((await rejection(all({ ...base, port: 1 }, bare))).message).toBe(
        'the client container has no nc to probe with',
      );
    });
  },
);

const shells = { busybox: busybox, dash: programs('dash')[0] };

test.for(Object.entries(shells))(
  'never more connections at once than asked for, and as many as that, in %s',
  async ([, shell], { skip }) => {
    if (shell === undefined || busybox === undefined) return skip('apt-get install busybox dash');
    const waiting: Socket[] = [];
    const atOnce: number[] = [];
    const server = await listen((socket) => {
      socket.on('end', () => socket.end());
      onLine(socket, () => {
        atOnce.push(waiting.push(socket));
        if (waiting.length === 4) waiting.splice(0).forEach((each) => each.write('one\n'));
      });
    });
    const container = containerOf({ sh: shell, nc: busybox, date: busybox, sleep: busybox });
    const samples = await all({ ...base, port: server.port, count: 12, concurrency: 4 }, container);
    expect(samples.map(({ index, outcome }) => [index, outcome])).toEqual(
      Array.from({ length: 12 }, (_, index) => [index, 'reply']),
    );
    expect(atOnce).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    expect(server.seen).toHaveLength(12);
  },
);

test.skipIf(otherNetcat === undefined)(
  "with another nc, the sending side stays open for the page's second",
  async () => {
    const [sh, date, sleep] = ['sh', 'date', 'sleep'].map((name) => programs(name)[0]!);
    const container = containerOf({ sh: sh!, date: date!, sleep: sleep!, nc: otherNetcat! });
    const { port } = await listen(echo('one'));
    expect(await all({ ...base, count: 1, port, send: 'x' }, container)).toMatchObject([
      { outcome: 'reply', reply: 'one x' },
    ]);
  },
);

test('values never become part of the script', () => {
  const one = podLoopCommand({ ...base, port: 1, send: 'a' });
  const two = podLoopCommand({ ...base, host: 'db.example', port: 2, send: '$(b)' });
  expect(one.slice(0, 3)).toEqual(two.slice(0, 3));
  expect(two.slice(4)).toEqual(['db.example', '2', '3', '0', '0', '2', '1', 'say', '$(b)']);
});

test('a host that nc would take for an option is refused', () => {
  for (const host of ['-e', '', 'a b', '$(id)', '[::1]']) {
    expect(refusal(() => podLoopCommand({ ...base, port: 1, host })).kind).toBe('usage');
  }
  expect(podLoopCommand({ ...base, port: 1, host: 'fe80::1%eth0' })).toContain('fe80::1%eth0');
});

describe('lines of the loop', () => {
  const clock = { ...systemClock, now: () => Date.UTC(2022, 10, 12, 23, 24, 57) };
  const samplesOf = (...lines: string[]): Promise<Sample[]> => {
    const run: RunInPod = async (_command, onLine) => {
      for (const line of ['start 100000', ...lines]) onLine(line);
      return 0;
    };
    return all({ ...base, port: 1, count: 1, timeoutMs: 1500 }, run, clock);
  };

  test.each([
    ['0 100000 100001 0 1 one a  b ', { index: 0, version: 'v1', outcome: 'reply', latencyMs: 10, reply: 'one a  b ' }],
    ['0 100100 100100 0 1 three', { index: 0, version: null, outcome: 'unknown', reply: 'three' }],
    ['0 100200 100200 0 1 ', { version: null, outcome: 'unknown', reply: '' }],
    ['0 100300 100301 0 0 ', { version: null, outcome: 'eof', reply: null }],
    ['0 100400 100600 0 0 ', { version: null, outcome: 'timeout', reply: null }],
    ['0 100500 100599 1 0 ', { version: null, outcome: 'refused', reply: null }],
    ['0 100600 100800 1 0 ', { version: null, outcome: 'timeout', reply: null }],
  ])('%s', async (line, sample) => {
    expect(await samplesOf(line)).toMatchObject([sample]);
  });

  test("times count from the first line, on the caller's clock", async () => {
    expect(await samplesOf('0 100150 100151 0 1 one')).toMatchObject([{ time: '2022-11-12T23:24:58.500Z' }]);
  });

  test('the first line, and whatever else the command prints, is no sample', async () => {
    const samples = await samplesOf('start 100001', 'tar: removing leading /', '0 100002 100003 0 1 one');
    expect(samples).toMatchObject([{ index: 0 }]);
  });
});

test('samples of probes at once are put in the order of their start, and none follows one that is missing', async () => {
  const run: RunInPod = async (_command, onLine) => {
    for (const index of [2, 0, 1, 5, 4]) onLine(`${index} 1 2 0 1 one`);
    return 1;
  };
  const indices: number[] = [];
  const read = async () => {
    const options = { ...base, port: 1, count: 6, concurrency: 6 };
    for await (const { index } of podLoop(options, { run, classify, clock: systemClock })) indices.push(index);
  };
  expect((await rejection(read())).message).toContain('after 3 of 6 probes (exit status 1)');
  expect(indices).toEqual([0, 1, 2]);
});

test('a loop that is cut short is an error that counts', async () => {
  const run: RunInPod = async (_command, onLine) => {
    onLine('start 1');
    onLine('0 1 2 0 1 one');
    return 137;
  };
  const samples = podLoop({ ...base, port: 1 }, { run, classify, clock: systemClock });
  expect((await samples.next()).value).toMatchObject({ index: 0, version: 'v1' });
  const error = await rejection(samples.next());
  expect(error).toMatchObject({
    kind: 'cluster',
    message: expect.stringContaining('after 1 of 3 probes (exit status 137)'),
  });
});

test('an error of the exec comes after the samples before it', async () => {
  const run: RunInPod = async (_command, onLine) => {
    onLine('start 1');
    onLine('0 1 2 0 1 one');
    throw new Error('exec broke');
  };
  const samples = podLoop({ ...base, port: 1 }, { run, classify, clock: systemClock });
  expect((await samples.next()).value).toMatchObject({ index: 0 });
  await expect(samples.next()).rejects.toThrow('exec broke');
});
