/** Proxies that do not do what they are told, as real ones at times. */
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GatewayConfig } from '../../src/sandbox/gateway/config.ts';
import type { Fleet } from '../../src/sandbox/gateway/fleet.ts';
import type { Replica } from '../../src/sandbox/gateway/replica.ts';
import { shares, startEchoPods, type EchoPods } from '../helpers/echo-pods.ts';
import { ask, readLine } from '../helpers/tcp.ts';

const ip = '10.244.0.9';
let pods: EchoPods;
let fleet: Fleet;
let replica: Replica;
const propagate = (config: GatewayConfig): void => fleet.propagate(['a'], config);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.parse('2026-11-28T10:00:00Z') });
  pods = await startEchoPods();
  fleet = pods.fleet({ drainMs: 45_000 });
  await fleet.start('a', ip);
  replica = fleet.replicas().get('a')!;
  propagate(shares(100, 0));
});
afterEach(() => {
  pods.end();
  vi.useRealTimers();
});

async function dump(): Promise<any[]> {
  const path = '/config_dump?resource=dynamic_listeners';
  const request = httpGet({ path, createConnection: () => pods.network.connect(ip, 15_000) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return ((await json(response)) as { configs: any[] }).configs;
}

const clustersOf = (listener: any): [string, number][] =>
  listener.filter_chains[0].filters[0].typed_config.weighted_clusters.clusters.map(
    ({ name, weight }: { name: string; weight: number }) => [name, weight],
  );

describe('one that refuses what is new', () => {
  const other = { port: 31_401, route: { cluster: 'v2' } };

  test('goes on with what it had, and tells what it refused and why, as Envoy 1.40 does', async () => {
    replica.behave('refuse');
    vi.advanceTimersByTime(2500);
    propagate([...shares(0, 100), other]);
    expect(await pods.words(ip, 2)).toEqual(['one', 'one']);
    const [active, added, ...nameless] = await dump();
    expect(clustersOf(active.active_state.listener)).toEqual([['v1', 100]]);
    expect(active.active_state.last_updated).toBe('2026-11-28T10:00:00.000Z');
    expect(active.error_state).toMatchObject({
      last_update_attempt: '2026-11-28T10:00:02.500Z',
      details: "error adding listener '0.0.0.0:31400': sandbox.tcpshift.io/proxy of the pod is refuse",
    });
    expect(clustersOf(active.error_state.failed_configuration)).toEqual([['v2', 100]]);
    expect([added.name, 'active_state' in added, 'error_state' in added]).toEqual(['0.0.0.0_31401', false, true]);
    expect(nameless.map(({ name, error_state: state }) => [name, state.last_update_attempt])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test('forgets it once it is brought what it has, or obeys again', async () => {
    replica.behave('refuse');
    propagate(shares(0, 100));
    propagate(shares(100, 0));
    expect((await dump()).map((listener) => Object.keys(listener))).toEqual([['@type', 'name', 'active_state']]);
    propagate(shares(0, 100));
    replica.behave('obey');
    expect(await pods.words(ip, 1)).toEqual(['two']);
    expect(await dump()).toHaveLength(1);
  });

  test('closes what is taken from it all the same', async () => {
    replica.behave('refuse');
    propagate([]);
    expect(replica.config()).toEqual([]);
  });
});

test('one that is cut off goes on with what it had, and takes over what it missed when it is back', async () => {
  replica.behave('detached');
  propagate(shares(0, 50));
  propagate(shares(0, 100));
  expect(await pods.words(ip, 2)).toEqual(['one', 'one']);
  expect(Object.keys((await dump())[0])).toEqual(['@type', 'name', 'active_state']);
  replica.behave('obey');
  expect(await pods.words(ip, 1)).toEqual(['two']);
  expect(replica.config()).toEqual(shares(0, 100));
});

describe('one that is stopped', () => {
  test('carries and answers nothing until it goes on, and then all that came in', async () => {
    const held = await pods.open(ip);
    held.write('before\n');
    expect(await readLine(held)).toBe('one before\n');
    replica.behave('paused');
    const page = vi.fn<(page: unknown) => void>();
    const answered = dump().then(page);
    const late = await pods.open(ip);
    const lines = [readLine(held), readLine(late)];
    const line = vi.fn<(line: string) => void>();
    for (const each of lines) void each.then(line);
    held.write('meanwhile\n');
    late.write('new\n');
    propagate(shares(0, 100));
    // A whole exchange with a server beside it.
    expect(await ask(pods.network.connect('10.244.0.3', 9000))).toBe('two hello');
    expect([line.mock.calls, page.mock.calls]).toEqual([[], []]);
    replica.behave('obey');
    expect(await Promise.all(lines)).toEqual(['one meanwhile\n', 'one new\n']);
    await answered;
    expect(await pods.words(ip, 1)).toEqual(['two']);
  });

  test('cuts late what it had to cut in the meantime', async () => {
    const held = await pods.open(ip);
    held.write('before\n');
    expect(await readLine(held)).toBe('one before\n');
    propagate(shares(0, 100));
    replica.behave('paused');
    vi.advanceTimersByTime(60_000);
    expect(await ask(pods.network.connect('10.244.0.3', 9000))).toBe('two hello');
    expect(held.readableEnded).toBe(false);
    const ended = once(held.resume(), 'end');
    replica.behave('obey');
    await ended;
  });

  test('lets go of everybody when its pod is gone', async () => {
    const held = await pods.open(ip);
    held.write('before\n');
    await readLine(held);
    replica.behave('paused');
    const late = await pods.open(ip);
    const ends = [held, late].map((socket) => once(socket.resume(), 'end'));
    fleet.stop();
    expect(await Promise.all(ends)).toEqual([[], []]);
  });
});
