import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLoadBalancer, type Front, type LoadBalancer } from '../../src/sandbox/gateway/load-balancer.ts';
import { describePortHolder, listenersOn } from '../../src/sandbox/gateway/port-holder.ts';
import { freePort } from '../helpers/free-port.ts';
import { dial, listenAnywhere, readLine } from '../helpers/tcp.ts';

const opened: LoadBalancer[] = [];
const waiting: (() => void)[] = [];

function newLoadBalancer(): LoadBalancer {
  const balancer = createLoadBalancer(() => {
    for (const check of waiting.splice(0)) check();
  });
  opened.push(balancer);
  return balancer;
}

function front(owner: string, port: number): Front {
  return { owner, port, accept: (client) => client.end(`${owner}\n`) };
}

/** Resolves with the problem of a failed front, or with its phase, once it is in that phase. */
async function phase(balancer: LoadBalancer, owner: string, port: number, wanted: string): Promise<string> {
  for (;;) {
    const state = balancer.states(owner).get(port);
    if (state?.phase === wanted) return state.phase === 'failed' ? state.problem : state.phase;
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((balancer) => balancer.stop()));
});

describe('a load balancer', () => {
  test('offers a port on 127.0.0.1 and gives it back', async () => {
    const balancer = newLoadBalancer();
    const port = await freePort();
    balancer.set([front('a/gateway', port)]);
    await phase(balancer, 'a/gateway', port, 'open');
    expect(await readLine(await dial(port))).toBe('a/gateway\n');
    balancer.set([]);
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('says who holds a port that is taken, and takes it when it gets free', async () => {
    const balancer = newLoadBalancer();
    const holder = createServer();
    const port = await listenAnywhere(holder);
    balancer.set([front('a/gateway', port)]);
    // Only Linux tells which process it is.
    const who = process.platform === 'linux' ? `by .+ \\(pid ${process.pid}\\)$` : '';
    const problem = await phase(balancer, 'a/gateway', port, 'failed');
    expect(problem).toMatch(new RegExp(`^port ${port} on 127\\.0\\.0\\.1 is in use ?${who}`));
    holder.close();
    await once(holder, 'close');
    await phase(balancer, 'a/gateway', port, 'open');
  });

  test('names the Service that was first, and hands the port on when it goes', async () => {
    const balancer = newLoadBalancer();
    const port = await freePort();
    balancer.set([front('a/first', port)]);
    await phase(balancer, 'a/first', port, 'open');
    balancer.set([front('a/first', port), front('a/second', port)]);
    expect(await phase(balancer, 'a/second', port, 'failed')).toBe(
      `port ${port} on 127.0.0.1 is in use by Service a/first`,
    );
    balancer.set([front('a/second', port)]);
    await phase(balancer, 'a/second', port, 'open');
  });

  test('stops trying when it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const balancer = newLoadBalancer();
    const holder = createServer();
    const port = await listenAnywhere(holder);
    balancer.set([front('a/gateway', port)]);
    await phase(balancer, 'a/gateway', port, 'failed');
    await balancer.stop();
    expect(balancer.states('a/gateway').size).toBe(0);
    holder.close();
    await once(holder, 'close');
    vi.advanceTimersByTime(60_000);
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the holder of a port', () => {
  test('is nobody where nothing listens', async () => {
    expect(await describePortHolder(await freePort())).toBeUndefined();
  });

  test('is read from the listening lines alone', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:7AA8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1',
      '   1: 0100007F:7AA8 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1',
      '   2: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1',
    ].join('\n');
    expect(listenersOn(table, 31400)).toEqual(['4711']);
  });
});
