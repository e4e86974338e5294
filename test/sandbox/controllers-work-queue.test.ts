import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createWorkQueue } from '../../src/sandbox/controllers/work-queue.ts';
import { turns } from '../helpers/turns.ts';

const never = () => false;
const always = () => true;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('a work queue', () => {
  test('gives a key that is added often one turn', async () => {
    const ran: string[] = [];
    const queue = createWorkQueue((key) => void ran.push(key), never);
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    await turns(1);
    expect(ran).toEqual(['a', 'b']);
  });

  test('never runs a key twice at a time, and runs it again when it was added meanwhile', async () => {
    const begun: (() => void)[] = [];
    const queue = createWorkQueue(() => new Promise((end) => begun.push(end)), never);
    queue.add('a');
    await turns(1);
    queue.add('a');
    await turns(1);
    expect(begun).toHaveLength(1);
    begun[0]!();
    await turns(2);
    expect(begun).toHaveLength(2);
  });

  test('runs other keys meanwhile', async () => {
    const begun: string[] = [];
    const queue = createWorkQueue((key) => {
      begun.push(key);
      return new Promise(() => {});
    }, never);
    queue.add('a');
    await turns(1);
    queue.add('b');
    await turns(1);
    expect(begun).toEqual(['a', 'b']);
  });

  test('tries again what is refused, ever later', async () => {
    let ran = 0;
    const queue = createWorkQueue(() => {
      ran += 1;
      if (ran < 3) throw new Error('refused');
    }, always);
    const ranAfter = async (ms: number): Promise<number> => {
      vi.advanceTimersByTime(ms);
      await turns(1);
      return ran;
    };
    queue.add('a');
    expect(await ranAfter(0)).toBe(1);
    expect(await ranAfter(4)).toBe(1);
    expect(await ranAfter(1)).toBe(2);
    expect(await ranAfter(9)).toBe(2);
    expect(await ranAfter(1)).toBe(3);
    expect(await ranAfter(60_000)).toBe(3);
  });

  test.each([
    ['with work to do', ['a']],
    ['at rest', []],
  ])('does nothing more once it is stopped %s', async (_, keys) => {
    let ran = 0;
    const queue = createWorkQueue(() => void (ran += 1), never);
    for (const key of keys) queue.add(key);
    queue.addAfter('b', 0);
    queue.stop();
    queue.add('c');
    queue.addAfter('d', 0);
    expect(vi.getTimerCount()).toBe(0);
    await turns(1);
    expect(ran).toBe(0);
  });
});
