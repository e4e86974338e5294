import { once, EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createWorkQueue } from '../../src/sandbox/controllers/work-queue.ts';

const never = () => false;
const always = () => true;

describe('a work queue', () => {
  test('gives a key that is added often one turn', async () => {
    const turns: string[] = [];
    const queue = createWorkQueue((key) => void turns.push(key), never);
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    await new Promise(setImmediate);
    expect(turns).toEqual(['a', 'b']);
  });

  test('never runs a key twice at a time, and runs it again when it was added meanwhile', async () => {
    const events = new EventEmitter();
    let running = 0;
    let most = 0;
    let turns = 0;
    const queue = createWorkQueue(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      turns += 1;
      if (turns === 2) events.emit('done');
    }, never);
    queue.add('a');
    setImmediate(() => queue.add('a'));
    await once(events, 'done');
    expect(most).toBe(1);
  });

  test('tries again what is refused', async () => {
    const events = new EventEmitter();
    let turns = 0;
    const queue = createWorkQueue(() => {
      turns += 1;
      if (turns < 3) throw new Error('refused');
      events.emit('done');
    }, always);
    queue.add('a');
    await once(events, 'done');
    expect(turns).toBe(3);
  });

  test('does nothing more once it is stopped', async () => {
    let turns = 0;
    const queue = createWorkQueue(() => void (turns += 1), never);
    queue.add('a');
    queue.addAfter('b', 0);
    queue.stop();
    queue.add('c');
    queue.addAfter('d', 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(turns).toBe(0);
  });
});
