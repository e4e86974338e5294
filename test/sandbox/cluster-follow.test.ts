import { expect, onTestFinished, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';
import type { Fault } from '../../src/sandbox/api/faults.ts';
import { configMap, startApi } from '../helpers/api.ts';
import { connectTo, liveThing, reply, status, stubCluster, thing } from '../helpers/cluster.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';
import { rig } from '../helpers/rig.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
const one = (value: string) => configMap('one', { value }, { namespace: 'default' });
const valueOf = (object: KubeObject | undefined): string | undefined => object?.['data'].value;

/** Reads the states of an object one at a time. */
function reading(states: AsyncIterable<KubeObject | undefined>) {
  const each = states[Symbol.asyncIterator]();
  const next = async () => (await each.next()).value as KubeObject | undefined;
  /** The next value that differs from the one before: a state may come twice. */
  const until = async (value: string | undefined) => {
    while (valueOf(await next()) !== value);
  };
  return { next, until };
}

/** A sandbox in which a test chooses what becomes of the watcher's reads; `faults` are met one after another, the requests are counted. */
async function faultyRig() {
  const faults: Fault[] = [];
  const asked: string[] = [];
  const api = await startApi(
    {},
    {
      faults({ method, path, userAgent }) {
        if (!userAgent.startsWith('tcpshift/') || !path.includes('/configmaps')) return undefined;
        const verb = path.includes('watch=true') ? 'watch' : path.includes('fieldSelector') ? 'list' : method;
        asked.push(verb);
        return faults.shift();
      },
    },
  );
  onTestFinished(() => api.stop());
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const cluster = await connectTo(
    { kubeconfig: api.kubeconfig },
    { clock: manualClock((ms) => ms < 30_000), signal: stop.signal },
  );
  const write = (value: string) => api.ask('PUT', '/api/v1/namespaces/default/configmaps/one', { body: one(value) });
  await api.ask('POST', '/api/v1/namespaces/default/configmaps', { body: one('a') });
  return { cluster, faults, asked, write };
}

test('the present state comes first, then each later one', async () => {
  const { cluster, other } = await rig();
  const stop = new AbortController();
  const { next } = reading(cluster.watch(ref, stop.signal));
  expect(await next()).toBeUndefined();
  const seen = [];
  await other.create(one('a'));
  seen.push(valueOf(await next()));
  const { object } = await other.apply(one('b'), { force: true });
  seen.push(valueOf(await next()));
  await other.delete(ref, object.metadata.uid!);
  seen.push(valueOf(await next()));
  expect(seen).toEqual(['a', 'b', undefined]);
  const reason = new ShiftError('interrupted', 'interrupted');
  const more = next();
  stop.abort(reason);
  await expect(more).rejects.toBe(reason);
});

test('the present state costs one request, and all later ones together another', async () => {
  const { cluster, asked, write } = await faultyRig();
  const { next } = reading(cluster.watch(ref));
  expect(valueOf(await next())).toBe('a');
  expect(asked).toEqual(['list']);
  for (const value of ['b', 'c', 'd']) {
    await write(value);
    expect(valueOf(await next())).toBe(value);
  }
  expect(asked).toEqual(['list', 'watch']);
});

test.each<[string, Fault[]]>([
  ['a server that ends watches', [{ do: 'drop', afterMs: 1, how: 'end' }]],
  ['a connection that is reset', [{ do: 'drop', afterMs: 1, how: 'reset' }]],
  [
    'a restart: the watch is reset, and the server is not ready at first',
    [
      { do: 'drop', afterMs: 1, how: 'reset' },
      { do: 'answer', code: 503 },
      { do: 'answer', code: 500 },
      { do: 'reset', when: 'before' },
    ],
  ],
])('it outlives %s, and misses no later state', async (_, ends) => {
  const { cluster, faults, asked, write } = await faultyRig();
  const { next, until } = reading(cluster.watch(ref));
  expect(valueOf(await next())).toBe('a');
  faults.push(...ends);
  const changed = until('b');
  await expect.poll(() => faults.length).toBe(0);
  await write('b');
  await changed;
  await write('c');
  await until('c');
  expect(asked.length).toBeLessThan(10);
});

/** A server on which only the verbs that are named are allowed, with an object whose version counts the reads. */
function allowing(verbs: readonly string[]) {
  const clock = manualClock((ms) => ms === 1000);
  return stubCluster(
    ({ url }, response, index) => {
      const verb = url!.includes('watch=true') ? 'watch' : url!.includes('fieldSelector') ? 'list' : 'get';
      if (!verbs.includes(verb)) {
        const words = `User "ann" cannot ${verb} resource "things" in API group "test.io" in the namespace "demo"`;
        return reply(response, 403, status(403, 'Forbidden', words));
      }
      const object = liveThing(String(index < 4 ? 3 : 9));
      const list = { kind: 'ThingList', apiVersion: 'test.io/v1', metadata: { resourceVersion: '5' }, items: [object] };
      return reply(response, 200, verb === 'list' ? list : object);
    },
    {},
    { clock },
  );
}

test('whoever may only get an object has it looked at every second', async () => {
  const { cluster, requests } = await allowing(['get']);
  const { next } = reading(cluster.watch(thing));
  expect([await next(), await next()]).toMatchObject([
    { metadata: { resourceVersion: '3' } },
    { metadata: { resourceVersion: '9' } },
  ]);
  expect(requests.filter((request) => !request.includes('fieldSelector'))).toHaveLength(4);
});

test('so has whoever may list and not watch it', async () => {
  const { cluster } = await allowing(['get', 'list']);
  const seen = (object: KubeObject | undefined) => object?.metadata.resourceVersion === '9';
  expect(await cluster.waitFor(thing, seen, { timeoutMs: 60_000 })).toBeDefined();
});

test('where even that is refused, it ends with what refused the watch', async () => {
  const { cluster } = await allowing(['list']);
  const { next } = reading(cluster.watch(thing));
  await next();
  expect((await rejection(next())).message).toContain('cannot watch things in namespace "demo"');
});
