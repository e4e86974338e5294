import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';
import { liveThing, reply, status, stubCluster, thing } from '../helpers/cluster.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { rejection } from '../helpers/refusal.ts';

/** Timers that must not fire by themselves: the wait, a request, a silent watch. */
const waitMs = 60_000;
const timers = [waitMs, 30_000, 40_000];
const pausing = () => manualClock((ms) => !timers.includes(ms));
const pauses = (slept: readonly number[]) => slept.filter((ms) => !timers.includes(ms));

const atPhase = (phase: string) => (object: KubeObject | undefined) => object?.['phase'] === phase;

function list(version: string, ...items: object[]): object {
  return { kind: 'ThingList', apiVersion: 'test.io/v1', metadata: { resourceVersion: version }, items };
}

function events(response: ServerResponse, ...lines: object[]): ServerResponse {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return response;
}

const modified = (version: string, phase: string) => ({ type: 'MODIFIED', object: liveThing(version, { phase }) });

/** A predicate that never holds, and the moment when a state first fits. */
function firstTime(fits: (object: KubeObject | undefined) => boolean) {
  let found = () => {};
  const when = new Promise<void>((resolve) => (found = resolve));
  const ready = (object: KubeObject | undefined) => {
    if (fits(object)) found();
    return false;
  };
  return { ready, when };
}

const gone = status(410, 'Expired', 'too old resource version');
const listQuery = '/apis/test.io/v1/namespaces/demo/things?fieldSelector=metadata.name%3Done';
const watchQuery = `${listQuery}&watch=true&allowWatchBookmarks=true&timeoutSeconds=30&resourceVersion=`;

test('a state that the list shows needs no watch', async () => {
  const { cluster, requests } = await stubCluster((_, response) =>
    reply(response, 200, list('5', liveThing('3', { phase: 'ready' }))),
  );
  expect(await cluster.waitFor(thing, atPhase('ready'), { timeoutMs: waitMs })).toEqual(
    liveThing('3', { phase: 'ready' }),
  );
  expect(requests).toEqual([`GET ${listQuery}`]);
});

test('list, then watch: each state is looked at, with its kind, until one is ready', async () => {
  const { kind: _kind, apiVersion: _version, ...item } = liveThing('3', { phase: 'new' });
  const { cluster, requests } = await stubCluster((request, response) => {
    if (!request.url!.includes('watch')) return reply(response, 200, list('5', item));
    return events(response, modified('6', 'half'), { type: 'DELETED', object: liveThing('7') }, modified('8', 'ready'));
  });
  const seen: unknown[] = [];
  const ready = (object: KubeObject | undefined) => {
    seen.push(object && [object.kind, object['phase']]);
    return atPhase('ready')(object);
  };
  await cluster.waitFor(thing, ready, { timeoutMs: waitMs });
  expect(seen).toEqual([['Thing', 'new'], ['Thing', 'half'], undefined, ['Thing', 'ready']]);
  expect(requests).toEqual([`GET ${listQuery}`, `GET ${watchQuery}5`]);
});

test('events may be cut anywhere, in the middle of a character too', async () => {
  const { cluster } = await stubCluster((request, response) => {
    if (!request.url!.includes('watch')) return reply(response, 200, list('5'));
    const bytes = Buffer.from(`${JSON.stringify(modified('6', 'größer'))}\n`);
    response.writeHead(200);
    const cut = bytes.indexOf(0xc3) + 1;
    response.write(bytes.subarray(0, cut), () => setImmediate(() => response.write(bytes.subarray(cut))));
  });
  expect(await cluster.waitFor(thing, atPhase('größer'), { timeoutMs: waitMs })).toBeDefined();
});

test('a watch that ends goes on where its last bookmark was', async () => {
  const clock = pausing();
  const { cluster, requests } = await stubCluster(
    (request, response, index) => {
      if (!request.url!.includes('watch')) return reply(response, 200, list('5'));
      if (index === 1)
        return events(response, { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } }).end();
      return index === 2 ? events(response).end() : events(response, modified('10', 'ready'));
    },
    {},
    { clock },
  );
  await cluster.waitFor(thing, atPhase('ready'), { timeoutMs: waitMs });
  expect(requests.slice(1)).toEqual([`GET ${watchQuery}5`, `GET ${watchQuery}9`, `GET ${watchQuery}9`]);
  expect(pauses(clock.slept)).toEqual([100, 200]);
});

test.each([
  ['as the answer', (response: ServerResponse) => reply(response, 410, gone)],
  ['as an event', (response: ServerResponse) => events(response, { type: 'ERROR', object: gone })],
  ['with a line that is no JSON', (response: ServerResponse) => response.end('<html>\n')],
  [
    'with a broken connection',
    (response: ServerResponse) => events(response, modified('1', 'half')) && setImmediate(() => response.destroy()),
  ],
  ['with a server error', (response: ServerResponse) => reply(response, 500, status(500, 'InternalError', 'oops'))],
])('a version that is too old, %s: listed again', async (_, end) => {
  const clock = pausing();
  const { cluster, requests } = await stubCluster(
    (request, response, index) => {
      if (request.url!.includes('watch')) return end(response);
      return reply(response, 200, list(String(index), ...(index < 4 ? [] : [liveThing('3', { phase: 'ready' })])));
    },
    {},
    { clock },
  );
  await cluster.waitFor(thing, atPhase('ready'), { timeoutMs: waitMs });
  const lists = [
    `GET ${listQuery}`,
    `GET ${watchQuery}0`,
    `GET ${listQuery}`,
    `GET ${watchQuery}2`,
    `GET ${listQuery}`,
  ];
  expect(requests).toEqual(lists);
});

test('a watch that fell silent is given up', async () => {
  const clock = pausing();
  const { cluster, requests } = await stubCluster(
    (request, response, index) =>
      request.url!.includes('watch')
        ? events(response, modified('6', 'half'))
        : reply(response, 200, list('5', ...(index > 1 ? [liveThing('6', { phase: 'ready' })] : []))),
    {},
    { clock },
  );
  const { ready: half, when } = firstTime(atPhase('half'));
  const waiting = cluster.waitFor(thing, (object) => half(object) || atPhase('ready')(object), { timeoutMs: waitMs });
  await when;
  await clock.asleep(40_000);
  clock.advance(40_000);
  await waiting;
  expect(requests).toEqual([`GET ${listQuery}`, `GET ${watchQuery}5`, `GET ${listQuery}`]);
});

test('a wait that takes too long says what was last seen', async () => {
  const clock = manualClock();
  const { cluster } = await stubCluster(
    (request, response) => {
      if (!request.url!.includes('watch')) return reply(response, 200, list('5'));
      const conditions = [
        { type: 'Accepted', status: 'False', reason: 'NoMatchingParent', message: 'no such gateway' },
      ];
      return events(response, { type: 'ADDED', object: liveThing('6', { status: { conditions } }) });
    },
    {},
    { clock },
  );
  const { ready: added, when } = firstTime((object) => object !== undefined);
  const waiting = rejection(cluster.waitFor(thing, added, { timeoutMs: waitMs }));
  await when;
  clock.advance(waitMs);
  expect(await waiting).toMatchObject({
    kind: 'timeout',
    exitCode: 3,
    message: 'waited 1m for Thing demo/one in vain; last seen: Accepted=False (NoMatchingParent: no such gateway)',
  });
});

test('a wait for the end names the finalizers that hold it', async () => {
  const clock = manualClock();
  const metadata = { name: 'one', uid: 'u1', deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['a/b'] };
  const { cluster } = await stubCluster(
    (request, response) =>
      request.url!.includes('watch') ? events(response) : reply(response, 200, list('5', { metadata })),
    {},
    { clock },
  );
  const waiting = rejection(cluster.waitFor(thing, (object) => object === undefined, { timeoutMs: waitMs }));
  await clock.asleep(40_000);
  clock.advance(waitMs);
  expect((await waiting).message).toBe(
    'waited 1m for Thing demo/one in vain; last seen: it is being deleted, held by the finalizers a/b',
  );
});

test.each(['the wait', 'the cluster'])(
  'the signal of %s ends it with its reason, and its connection',
  async (whose) => {
    const stop = new AbortController();
    const reason = new ShiftError('interrupted', 'interrupted');
    let closed = () => {};
    const left = new Promise<void>((resolve) => (closed = resolve));
    const { cluster } = await stubCluster(
      (request, response) => {
        if (!request.url!.includes('watch')) return reply(response, 200, list('5'));
        response.on('close', closed);
        return events(response, modified('6', 'half'));
      },
      {},
      whose === 'the cluster' ? { signal: stop.signal } : {},
    );
    const signal = whose === 'the wait' ? { signal: stop.signal } : {};
    const abortAtHalf = (object: KubeObject | undefined) => {
      if (object) stop.abort(reason);
      return false;
    };
    await expect(cluster.waitFor(thing, abortAtHalf, { timeoutMs: waitMs, ...signal })).rejects.toBe(reason);
    await left;
  },
);

test('what the predicate throws ends the wait', async () => {
  const { cluster } = await stubCluster((_, response) => reply(response, 200, list('5')));
  const bug = () => {
    throw new TypeError('bug');
  };
  await expect(cluster.waitFor(thing, bug, { timeoutMs: waitMs })).rejects.toThrow('bug');
});

test('a wait without permission, or for a kind that is not served, ends at once', async () => {
  const { cluster } = await stubCluster((_, response) =>
    reply(
      response,
      403,
      status(
        403,
        'Forbidden',
        'User "ann" cannot list resource "things" in API group "test.io" in the namespace "demo"',
      ),
    ),
  );
  const forbidden = await rejection(cluster.waitFor(thing, () => true, { timeoutMs: waitMs }));
  expect(forbidden.message).toBe(
    'cannot list things in namespace "demo": user "ann" may not list things.test.io in namespace "demo"',
  );
  const unknown = await rejection(cluster.waitFor({ ...thing, kind: 'Other' }, () => true, { timeoutMs: waitMs }));
  expect(unknown).toMatchObject({ kind: 'notFound', message: 'the cluster serves no Other in test.io/v1' });
});
