import type { Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Sample } from '../../src/core/sample.ts';
import { ShiftError } from '../../src/errors.ts';
import { systemClock, type Clock } from '../../src/io.ts';
import { byPrefix } from '../../src/probe/classify.ts';
import { dialTcp } from '../../src/probe/dial.ts';
import { probeLoop, type LoopDeps, type LoopOptions } from '../../src/probe/loop.ts';
import { pacer } from '../../src/probe/pace.ts';
import type { Dial } from '../../src/probe/probe.ts';
import { echo, listen, onLine } from '../helpers/tcp-server.ts';
import { turns } from '../helpers/turns.ts';

const classify = byPrefix(new Map([['one', 'v1']]));

function loop(port: number, options: Partial<LoopOptions> = {}, deps: Partial<LoopDeps> = {}) {
  return probeLoop(
    { intervalMs: 0, concurrency: 1, jitter: 0, ...options },
    {
      dial: dialTcp({ host: '127.0.0.1', port }),
      exchange: { classify, timeoutMs: 5000 },
      clock: systemClock,
      random: Math.random,
      ...deps,
    },
  );
}

async function all(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const list: Sample[] = [];
  for await (const sample of samples) list.push(sample);
  return list;
}

const indices = (samples: Sample[]) => samples.map(({ index }) => index);

test('as many samples as asked for, numbered from 0', async () => {
  const server = await listen(echo('one'));
  const samples = await all(loop(server.port, { count: 5 }));
  expect(indices(samples)).toEqual([0, 1, 2, 3, 4]);
  expect(samples.every(({ outcome }) => outcome === 'reply')).toBe(true);
  expect(server.seen).toHaveLength(5);
  expect(await all(loop(server.port, { count: 0 }))).toEqual([]);
});

test('samples come in the order in which their probes started, whatever answers first', async () => {
  const asked: (() => void)[] = [];
  const { port } = await listen((socket, index) => {
    onLine(socket, () => {
      asked[index] = () => socket.write('one\n');
      if (asked.filter(Boolean).length === 4) asked.toReversed().forEach((answer) => answer());
    });
    socket.on('end', () => socket.end());
  });
  const samples = await all(loop(port, { count: 4, concurrency: 4 }));
  expect(indices(samples)).toEqual([0, 1, 2, 3]);
  const times = samples.map(({ time }) => time);
  expect(times).toEqual(times.toSorted());
});

test('never more connections at once than asked for, and as many as that', async () => {
  const waiting: Socket[] = [];
  const dialled: number[] = [];
  const answerAll = (): void => {
    dialled.push(dial.mock.calls.length);
    waiting.splice(0).forEach((socket) => socket.write('one\n'));
  };
  const { port } = await listen((socket) => {
    socket.on('end', () => socket.end());
    onLine(socket, () => {
      // In these turns the loop could dial once too often.
      if (waiting.push(socket) === 6) void turns(20).then(answerAll);
    });
  });
  const dial = vi.fn<Dial>(dialTcp({ host: '127.0.0.1', port }));
  await all(loop(port, { count: 24, concurrency: 6 }, { dial }));
  expect(dialled).toEqual([6, 12, 18, 24]);
});

test('more than ten connections at once raise no warning', async () => {
  const warned = vi.fn<() => void>();
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  const { port } = await listen(echo('one'));
  await all(loop(port, { count: 40, concurrency: 20 }, { signal: new AbortController().signal }));
  await turns(1);
  expect(warned).not.toHaveBeenCalled();
});

test('leaving an endless loop closes every connection', async () => {
  const server = await listen((socket, index) => {
    if (index < 3) echo('one')(socket);
    else socket.resume().on('end', () => socket.end());
  });
  for await (const { index } of loop(server.port, { concurrency: 8 })) if (index === 2) break;
  await server.idle();
  expect(server.seen.length).toBeGreaterThan(3);
});

test('return() does not wait for the sample that is under way', async () => {
  let arrived = () => {};
  const connected = new Promise<void>((resolve) => (arrived = resolve));
  const server = await listen((socket) => {
    socket.resume().on('end', () => socket.end());
    arrived();
  });
  const samples = loop(server.port);
  const pending = samples.next();
  await connected;
  expect(await samples.return!()).toEqual({ done: true, value: undefined });
  expect(await pending).toEqual({ done: true, value: undefined });
  await server.idle();
});

test('an abort ends the loop with its reason and closes every connection', async () => {
  const stop = new AbortController();
  const server = await listen((socket) => {
    socket.resume().on('end', () => socket.end());
    if (server.seen.length === 4) stop.abort(new ShiftError('interrupted', 'interrupted'));
  });
  const ended = all(loop(server.port, { concurrency: 4 }, { signal: stop.signal }));
  await expect(ended).rejects.toMatchObject({ kind: 'interrupted' });
  await server.idle();
});

test('nothing starts under a signal that has aborted, and nothing follows one that aborts between samples', async () => {
  const server = await listen(echo('one'));
  const reason = new Error('enough');
  await expect(loop(server.port, {}, { signal: AbortSignal.abort(reason) }).next()).rejects.toBe(reason);
  expect(server.seen).toHaveLength(0);
  const stop = new AbortController();
  const samples = loop(server.port, { concurrency: 3 }, { signal: stop.signal });
  await samples.next();
  stop.abort(reason);
  await expect(samples.next()).rejects.toBe(reason);
});

test('one by one, the next probe starts only when its sample is asked for', async () => {
  const dial = vi.fn<Dial>(dialTcp({ host: '127.0.0.1', port: (await listen(echo('one'))).port }));
  const samples = loop(0, {}, { dial });
  await samples.next();
  await turns(20);
  expect(dial).toHaveBeenCalledTimes(1);
  await samples.next();
  expect(dial).toHaveBeenCalledTimes(2);
  await samples.return!();
});

test('several at once run a few probes ahead of an idle reader, no more', async () => {
  const tcp = dialTcp({ host: '127.0.0.1', port: (await listen(echo('one'))).port });
  let dialAhead = () => {};
  const ahead = new Promise<void>((resolve) => (dialAhead = resolve));
  const dial = vi.fn<Dial>((signal) => {
    if (dial.mock.calls.length === 5) dialAhead();
    return tcp(signal);
  });
  const samples = loop(0, { concurrency: 2 }, { dial });
  await samples.next();
  await ahead;
  await turns(50);
  expect(dial).toHaveBeenCalledTimes(5);
  await samples.return!();
});

test('an error that is no sample ends the loop and the probes beside it', async () => {
  const server = await listen((socket) => socket.resume().on('end', () => socket.end()));
  const tcp = dialTcp({ host: '127.0.0.1', port: server.port });
  let dials = 0;
  const dial: LoopDeps['dial'] = (signal) => {
    dials += 1;
    return dials === 1 ? Promise.reject(new ShiftError('forbidden', 'no')) : tcp(signal);
  };
  await expect(all(loop(server.port, { concurrency: 4 }, { dial }))).rejects.toMatchObject({ kind: 'forbidden' });
  await server.idle();
});

/** A clock that moves only when somebody sleeps or works on it. */
function handClock(): Clock & { work: (ms: number) => void } {
  let time = 1000;
  return {
    now: () => time,
    monotonic: () => time,
    sleep: async (ms) => void (time += ms),
    work: (ms) => (time += ms),
  };
}

async function starts(pace: { intervalMs: number; jitter: number }, works: number[], random = () => 0) {
  const clock = handClock();
  const next = pacer(pace, { clock, random });
  const times: number[] = [];
  for (const work of works) {
    await next(new AbortController().signal);
    times.push(clock.now() - 1000);
    clock.work(work);
  }
  return times;
}

test('the interval is from start to start, whatever the probes take', async () => {
  expect(await starts({ intervalMs: 100, jitter: 0 }, [10, 90, 100, 5, 0])).toEqual([0, 100, 200, 300, 400]);
});

test('a little late catches up; more than an interval late does not burst', async () => {
  expect(await starts({ intervalMs: 100, jitter: 0 }, [150, 10, 0])).toEqual([0, 150, 200]);
  expect(await starts({ intervalMs: 100, jitter: 0 }, [1000, 10, 10, 10])).toEqual([0, 1000, 1100, 1200]);
});

test('jitter delays starts without adding up', async () => {
  const randoms = [0.5, 0, 1, 0.5];
  const times = await starts({ intervalMs: 100, jitter: 0.4 }, [0, 0, 0, 0, 0], () => randoms.shift()!);
  expect(times).toEqual([0, 120, 200, 340, 420]);
});
