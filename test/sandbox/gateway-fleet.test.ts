import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEchoServer } from '../../src/sandbox/workloads/tcp-echo.ts';
import { allToV1, listenerPort, shares, startEchoPods, type EchoPods } from '../helpers/echo-pods.ts';
import { ask, countBy, readLine } from '../helpers/tcp.ts';

let pods: EchoPods;
beforeEach(async () => {
  pods = await startEchoPods();
});
afterEach(() => pods.end());

describe('a gateway replica', () => {
  test('carries connections by weight', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(80, 20));
    expect(await pods.words('10.244.0.9', 10)).toEqual([
      'one',
      'one',
      'one',
      'one',
      'two',
      'one',
      'one',
      'one',
      'one',
      'two',
    ]);
  });

  test('gives the same picks for the same seed', async () => {
    const runs: string[][] = [];
    for (const [uid, ip] of [
      ['a', '10.244.0.8'],
      ['b', '10.244.0.9'],
    ] as const) {
      const fleet = pods.fleet({ picker: 'random', seed: 42 });
      await fleet.start(uid, ip);
      fleet.propagate([uid], shares(50, 50));
      runs.push(await pods.words(ip, 40));
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(Object.keys(countBy(runs[0]!)).sort()).toEqual(['one', 'two']);
  });

  test('takes the endpoints of a version in turn, as they are at that moment', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    await pods.serve('10.244.0.4', createEchoServer('uno'));
    pods.endpoints.set('v1', [...pods.endpoints.get('v1')!, { ip: '10.244.0.4', port: 9000 }]);
    expect(await pods.words('10.244.0.9', 4)).toEqual(['one', 'uno', 'one', 'uno']);
  });

  test('accepts and closes the part of a version without endpoints', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    pods.endpoints.delete('v2');
    fleet.propagate(['a'], shares(80, 20));
    expect(countBy(await pods.words('10.244.0.9', 20))).toEqual({ one: 16, '': 4 });
  });

  test('accepts and closes where the endpoint refuses', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    pods.endpoints.set('v2', [{ ip: '10.244.0.77', port: 9000 }]);
    fleet.propagate(['a'], shares(50, 50));
    expect(countBy(await pods.words('10.244.0.9', 10))).toEqual({ one: 5, '': 5 });
  });

  test('passes an end on and keeps the other direction open', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const socket = await pods.open('10.244.0.9');
    socket.end('late\n');
    expect(await readLine(socket)).toBe('one late\n');
    socket.resume();
    if (!socket.readableEnded) await once(socket, 'end');
  });

  test('closes its listener when the configuration no longer has it', async () => {
    const fleet = pods.fleet();
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    expect(await pods.words('10.244.0.9', 1)).toEqual(['one']);
    fleet.propagate(['a'], []);
    const [error] = await once(pods.network.connect('10.244.0.9', listenerPort), 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('a change of the weights', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('lets open connections finish for the drain time, then closes them', async () => {
    const fleet = pods.fleet({ drainMs: 45_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const held = await pods.open('10.244.0.9');
    held.write('before\n');
    expect(await readLine(held)).toBe('one before\n');
    fleet.propagate(['a'], shares(0, 100));
    vi.advanceTimersByTime(44_999);
    held.write('draining\n');
    expect(await readLine(held)).toBe('one draining\n');
    expect(await pods.words('10.244.0.9', 2)).toEqual(['two', 'two']);
    held.resume();
    vi.advanceTimersByTime(1);
    await once(held, 'end');
  });

  /** Connections to the replica, in turn to each version, that are in use. */
  async function hold(count: number): Promise<Socket[]> {
    const held: Socket[] = [];
    for (let index = 0; index < count; index += 1) {
      const socket = await pods.open('10.244.0.9');
      socket.write('here\n');
      expect(await readLine(socket)).toBe(index % 2 === 0 ? 'one here\n' : 'two here\n');
      held.push(socket);
    }
    return held;
  }

  /** How each connection comes to its end. */
  function endings(held: readonly Socket[]): Promise<string[]> {
    const ending = (socket: Socket): Promise<string> =>
      new Promise((resolve) => {
        socket.on('end', () => resolve('end'));
        socket.on('error', ({ message }) => resolve(message));
        socket.resume();
      });
    return Promise.all(held.map(ending));
  }

  test('ends those of every version, talking ones too, and resets none', async () => {
    const fleet = pods.fleet({ drainMs: 45_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(50, 50));
    const held = await hold(4);
    fleet.propagate(['a'], shares(5, 5));
    const ended = endings(held);
    // What is still to be read when the time is over makes a reset of a close.
    for (const socket of held) socket.write('again\n');
    vi.advanceTimersByTime(45_000);
    expect(await ended).toEqual(['end', 'end', 'end', 'end']);
  });

  test('ends each connection by the clock of the change that replaced its own route', async () => {
    const fleet = pods.fleet({ drainMs: 45_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(50, 50));
    const first = await hold(1);
    fleet.propagate(['a'], shares(60, 40));
    vi.advanceTimersByTime(20_000);
    const second = await hold(1);
    fleet.propagate(['a'], []);
    vi.advanceTimersByTime(25_000);
    expect(await endings(first)).toEqual(['end']);
    vi.advanceTimersByTime(19_999);
    second[0]!.write('still\n');
    expect(await readLine(second[0]!)).toBe('one still\n');
    vi.advanceTimersByTime(1);
    expect(await endings(second)).toEqual(['end']);
  });

  test('leaves open connections a longer time than a timer can wait', async () => {
    const fleet = pods.fleet({ drainMs: 2 ** 32 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(50, 50));
    const [held] = await hold(1);
    fleet.propagate(['a'], shares(60, 40));
    vi.advanceTimersByTime(60_000);
    expect(await ask(held!, 'still')).toBe('one still');
  });

  test('to the same numbers leaves connections alone', async () => {
    const fleet = pods.fleet({ drainMs: 0 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], shares(60, 40));
    const [held] = await hold(1);
    fleet.propagate(['a'], shares(60, 40));
    vi.advanceTimersByTime(1);
    expect(await pods.words('10.244.0.9', 1)).toEqual(['two']);
    expect(await ask(held!, 'still')).toBe('one still');
  });

  test('leaves connections alone where the listener stays as it is', async () => {
    const fleet = pods.fleet({ drainMs: 0 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    const held = await pods.open('10.244.0.9');
    fleet.propagate(['a'], [...allToV1, { port: 31401, route: { cluster: 'v2' } }]);
    expect(await pods.words('10.244.0.9', 1)).toEqual(['one']);
    expect(await ask(held, 'still')).toBe('one still');
  });

  test('reaches one replica after another', async () => {
    const fleet = pods.fleet({ propagationDelayMs: 1000 });
    await fleet.start('a', '10.244.0.8');
    await fleet.start('b', '10.244.0.9');
    fleet.propagate(['a', 'b'], allToV1);
    fleet.propagate(['a', 'b'], shares(0, 100));
    const answers = async () => [...(await pods.words('10.244.0.8', 1)), ...(await pods.words('10.244.0.9', 1))];
    vi.advanceTimersByTime(999);
    expect(await answers()).toEqual(['one', 'one']);
    vi.advanceTimersByTime(1);
    expect(await answers()).toEqual(['two', 'one']);
    vi.advanceTimersByTime(1000);
    expect(await answers()).toEqual(['two', 'two']);
  });

  test('is not undone by an earlier one that is still on its way', async () => {
    const fleet = pods.fleet({ propagationDelayMs: 1000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    fleet.propagate(['a'], shares(0, 100));
    vi.advanceTimersByTime(500);
    fleet.propagate(['a'], allToV1);
    vi.advanceTimersByTime(500);
    expect(await pods.words('10.244.0.9', 1)).toEqual(['two']);
    vi.advanceTimersByTime(500);
    expect(await pods.words('10.244.0.9', 1)).toEqual(['one']);
  });

  test('does not wait in a replica that starts after it', async () => {
    const fleet = pods.fleet({ propagationDelayMs: 60_000 });
    await fleet.start('a', '10.244.0.9');
    fleet.propagate(['a'], allToV1);
    expect(fleet.replicas().get('a')?.config()).toEqual(allToV1);
  });
});
