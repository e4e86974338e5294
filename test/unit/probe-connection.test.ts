import { Duplex } from 'node:stream';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Sample } from '../../src/core/sample.ts';
import { ShiftError } from '../../src/errors.ts';
import { systemClock } from '../../src/io.ts';
import { byPrefix } from '../../src/probe/classify.ts';
import { probe, type ConnectionDeps } from '../../src/probe/connection.ts';
import { dateLine } from '../../src/probe/date-line.ts';
import { dialTcp } from '../../src/probe/dial.ts';
import type { Dial, Exchange } from '../../src/probe/probe.ts';
import { maxReplyLength } from '../../src/probe/read-line.ts';
import { freePort } from '../helpers/free-port.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { echo, listen, onLine } from '../helpers/tcp-server.ts';
import { turns } from '../helpers/turns.ts';

const classify = byPrefix(
  new Map([
    ['one', 'v1'],
    ['two', 'v2'],
  ]),
);
const exchange: Exchange = { classify, timeoutMs: 5000 };
const never = new AbortController().signal;

function run(dial: Dial, over: Partial<Exchange> = {}, deps: Partial<ConnectionDeps> = {}) {
  return probe(7, { ...exchange, ...over }, { dial, clock: systemClock, signal: never, ...deps });
}

const at = (port: number) => dialTcp({ host: '127.0.0.1', port });

/** A dial to a stream that delivers these chunks, then ends. */
function scripted(...chunks: Uint8Array[]): Dial {
  return async () => {
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    for (const chunk of chunks) stream.push(chunk);
    stream.push(null);
    return stream;
  };
}

test('a reply carries its version, the line as it came, and times', async () => {
  const before = Date.now();
  const { port } = await listen(echo('two'));
  const sample = await run(at(port), { send: 'hello' });
  expect(sample).toMatchObject({ index: 7, version: 'v2', outcome: 'reply', reply: 'two hello' });
  expect(sample).not.toHaveProperty('error');
  expect(Date.parse(sample.time)).toBeGreaterThanOrEqual(before);
  expect(sample.latencyMs).toBeGreaterThan(0);
});

test('without a text of its own a probe says the date, as the page does', async () => {
  const { port } = await listen(echo('one'));
  const { reply, time } = await run(at(port));
  expect(reply).toBe(`one ${dateLine(Date.parse(time))}`);
});

test('dates look as `date -u` prints them', () => {
  expect(dateLine(Date.UTC(2022, 10, 12, 23, 24, 57))).toBe('Sat Nov 12 23:24:57 UTC 2022');
  expect(dateLine(Date.UTC(2026, 0, 5, 1, 2, 3))).toBe('Mon Jan  5 01:02:03 UTC 2026');
});

test('the sending side stays open until the reply is read, and is closed then', async () => {
  let endedFirst = false;
  const server = await listen((socket) => {
    let replied = false;
    socket.on('end', () => {
      endedFirst = !replied;
      socket.end();
    });
    const reply = (): void => {
      replied = true;
      socket.write('one late\n');
    };
    onLine(socket, () => void turns(20).then(reply));
  });
  expect(await run(at(server.port))).toMatchObject({ outcome: 'reply', version: 'v1' });
  await server.idle();
  expect(endedFirst).toBe(false);
});

test('a server that speaks first is only listened to', async () => {
  let heard = '';
  const server = await listen((socket) => {
    socket.write('one welcome\r\n');
    socket.on('data', (data) => (heard += String(data))).on('end', () => socket.end());
  });
  expect(await run(at(server.port), { readFirst: true })).toMatchObject({ outcome: 'reply', reply: 'one welcome' });
  await server.idle();
  expect(heard).toBe('');
});

test('an answer of no known version is unknown', async () => {
  const { port } = await listen(echo('three'));
  expect(await run(at(port), { send: 'x' })).toMatchObject({ outcome: 'unknown', version: null, reply: 'three x' });
});

test('a closed port refuses, and the system says why', async () => {
  const port = await freePort();
  const error = `connect ECONNREFUSED 127.0.0.1:${port}`;
  expect(await run(at(port))).toMatchObject({ outcome: 'refused', version: null, reply: null, error });
});

test('a name that does not resolve is a refusal as well', async () => {
  const dial = dialTcp({ host: 'no-such-host.invalid', port: 1 });
  expect(await run(dial)).toMatchObject({ outcome: 'refused', error: expect.stringContaining('no-such-host.invalid') });
});

test('a reset before the answer', async () => {
  const { port } = await listen((socket) => onLine(socket, () => socket.resetAndDestroy()));
  expect(await run(at(port))).toMatchObject({
    outcome: 'reset',
    reply: null,
    error: expect.stringContaining('ECONNRESET'),
  });
});

test('an end before the answer', async () => {
  const { port } = await listen((socket) => onLine(socket, () => socket.end()));
  expect(await run(at(port))).toMatchObject({ outcome: 'eof', reply: null });
});

test('half a line before the end is no answer, but is kept', async () => {
  const { port } = await listen((socket) => onLine(socket, () => socket.end('one half')));
  expect(await run(at(port))).toMatchObject({ outcome: 'eof', version: null, reply: 'one half' });
});

test('a server that stays silent times out and is left', async () => {
  const clock = manualClock();
  let hear = () => {};
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const server = await listen((socket) =>
    onLine(
      socket.on('end', () => socket.end()),
      hear,
    ),
  );
  const ended = vi.fn<(sample: Sample) => void>();
  const probed = run(at(server.port), { timeoutMs: 40 }, { clock }).then(ended);
  await heard;
  clock.advance(39);
  await turns(20);
  expect(ended).not.toHaveBeenCalled();
  clock.advance(1);
  await probed;
  const sample = { outcome: 'timeout', version: null, reply: null, latencyMs: 40 };
  expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(sample));
  await server.idle();
});

test('the time limit includes the connection, and a connection that comes later is closed', async () => {
  const late = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  let arrive = () => {};
  const clock = manualClock((ms) => ms === 20);
  const dial: Dial = () => new Promise((resolve) => (arrive = () => resolve(late)));
  const sample = await run(dial, { timeoutMs: 20 }, { clock });
  expect(sample).toMatchObject({ outcome: 'timeout', reply: null });
  const closed = once(late, 'close');
  arrive();
  await closed;
});

test('an abort ends the probe at once and makes no sample', async () => {
  const stop = new AbortController();
  const reason = new ShiftError('interrupted', 'interrupted');
  const server = await listen((socket) => {
    socket.on('end', () => socket.end());
    onLine(socket, () => stop.abort(reason));
  });
  await expect(run(at(server.port), {}, { signal: stop.signal })).rejects.toBe(reason);
  await server.idle();
  await expect(run(at(server.port), {}, { signal: stop.signal })).rejects.toBe(reason);
  expect(server.seen).toHaveLength(1);
});

test('an abort while connecting ends the probe at once', async () => {
  const stop = new AbortController();
  const waiting = run(() => new Promise(() => {}), {}, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('how the bytes of a line are cut into chunks makes no difference', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\n\r]/g, ' '));
  await fc.assert(
    fc.asyncProperty(line, fc.array(fc.nat(160), { maxLength: 6 }), fc.boolean(), async (text, cuts, crlf) => {
      const bytes = Buffer.from(`one ${text}${crlf ? '\r\n' : '\n'}more\n`);
      const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
      expect(await run(scripted(...chunks))).toMatchObject({ outcome: 'reply', reply: `one ${text}` });
    }),
  );
});

test('a reply without an end is cut at the longest length', async () => {
  const sample = await run(scripted(Buffer.from(`one ${'x'.repeat(maxReplyLength)}`)));
  expect(sample).toMatchObject({ outcome: 'reply', version: 'v1' });
  expect(sample.reply).toHaveLength(maxReplyLength);
});

test('a limit of this machine is an error, not a sample', async () => {
  const dial = async () => {
    throw Object.assign(new Error('connect EMFILE 127.0.0.1:1'), { code: 'EMFILE' });
  };
  await expect(run(dial)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('EMFILE') });
});

test('a mistake in the arguments is an error, not a sample', async () => {
  await expect(run(dialTcp({ host: '127.0.0.1', port: 70_000 }))).rejects.toThrow(RangeError);
});

test('an error of the dial that is about something else goes through', async () => {
  const error = new ShiftError('forbidden', 'may not create pods/portforward');
  await expect(run(() => Promise.reject(error))).rejects.toBe(error);
});

test('probes may come from another address of this machine', async () => {
  const server = await listen((socket) => echo(socket.remoteAddress!)(socket));
  const dial = dialTcp({ host: '127.0.0.1', port: server.port, localAddress: '127.0.0.2' });
  expect(await run(dial, { send: 'x' })).toMatchObject({ reply: '127.0.0.2 x' });
});

test('a source address that this machine lacks is an error, not a sample', async () => {
  const dial = dialTcp({ host: '127.0.0.1', port: 1, localAddress: '192.0.2.1' });
  await expect(run(dial)).rejects.toMatchObject({ kind: 'usage', hint: expect.any(String) });
});
