import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi({}, { historyWindow: 10, bookmarkEveryMs: 50 });
});
afterAll(() => api.stop());

const create = async (name: string, metadata: object = {}): Promise<any> =>
  (await api.ask('POST', configMaps, { body: configMap(name, {}, metadata) })).body;
const merge = (name: string, body: object): Promise<unknown> =>
  api.ask('PATCH', `${configMaps}/${name}`, { type: 'application/merge-patch+json', body });
const seen = ({ type, object }: any): string => `${type} ${object.metadata.name}`;

describe('a watch', () => {
  it('tells what exists, and then every change, in order', async () => {
    await create('first', { labels: { watch: 'order' } });
    const watch = await api.watch(`${configMaps}?watch=1&labelSelector=watch%3Dorder`);
    expect(seen(await watch.next())).toBe('ADDED first');
    await create('second', { labels: { watch: 'order' } });
    await merge('first', { data: { a: '1' } });
    await api.ask('DELETE', `${configMaps}/second`);
    expect([await watch.next(), await watch.next(), await watch.next()].map(seen)).toEqual([
      'ADDED second',
      'MODIFIED first',
      'DELETED second',
    ]);
    watch.close();
  });

  it('resumes after a version, and misses nothing', async () => {
    const before = await create('resumed');
    await merge('resumed', { data: { a: '1' } });
    const at = before.metadata.resourceVersion;
    const watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${at}&fieldSelector=metadata.name%3Dresumed`);
    const event = await watch.next();
    expect(seen(event)).toBe('MODIFIED resumed');
    expect(event.object.data).toEqual({ a: '1' });
    watch.close();
  });

  it('tells of objects that enter and leave its selection', async () => {
    await create('moving', { labels: { watch: 'no' } });
    const watch = await api.watch(`${configMaps}?watch=1&labelSelector=watch%3Dyes`);
    await merge('moving', { metadata: { labels: { watch: 'yes' } } });
    expect(seen(await watch.next())).toBe('ADDED moving');
    await merge('moving', { metadata: { labels: { watch: 'no' } } });
    const left = await watch.next();
    expect(seen(left)).toBe('DELETED moving');
    expect(left.object.metadata.labels).toEqual({ watch: 'yes' });
    watch.close();
  });

  it('tells the end of an object as it was last stored', async () => {
    await create('held', { finalizers: ['example.com/hold'], labels: { watch: 'held' } });
    const watch = await api.watch(`${configMaps}?watch=1&labelSelector=watch%3Dheld`);
    await api.ask('DELETE', `${configMaps}/held`);
    await merge('held', { metadata: { finalizers: null } });
    expect([await watch.next(), await watch.next()].map(seen)).toEqual(['ADDED held', 'MODIFIED held']);
    const last = await watch.next();
    expect(seen(last)).toBe('DELETED held');
    expect(last.object.metadata.finalizers).toEqual(['example.com/hold']);
    watch.close();
  });

  it('from a version that is yet to come keeps silent until then', async () => {
    const { metadata } = await create('now');
    const ahead = Number(metadata.resourceVersion) + 2;
    const watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${ahead}`);
    for (const name of ['one', 'two', 'three']) await create(`ahead-${name}`);
    expect(seen(await watch.next())).toBe('ADDED ahead-three');
    watch.close();
  });

  it('ends when its time is up', async () => {
    const watch = await api.watch(`${configMaps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`);
    expect(await watch.next()).toBeUndefined();
  });

  it('from before the history is an error event with 410', async () => {
    const old = await create('old');
    for (let n = 0; n < 12; n += 1) await create(`newer-${n}`);
    const watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${old.metadata.resourceVersion}`);
    expect(watch.status).toBe(200);
    const event = await watch.next();
    expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    expect(event.object.message).toMatch(/^too old resource version: \d+ \(\d+\)$/);
    expect(await watch.next()).toBeUndefined();
  });
});

describe('bookmarks', () => {
  it('come where they are asked for, with the version that the watch is at', async () => {
    const made = await create('marked');
    const watch = await api.watch(`${configMaps}?watch=1&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dnone`);
    const { type, object } = await watch.next();
    expect(type).toBe('BOOKMARK');
    expect(object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
    expect(Number(object.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(made.metadata.resourceVersion));
    watch.close();
  });

  it('end the initial events where these are asked for', async () => {
    await create('initial');
    const query = 'watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const watch = await api.watch(`${configMaps}?${query}&fieldSelector=metadata.name%3Dinitial`);
    expect(seen(await watch.next())).toBe('ADDED initial');
    const end = await watch.next();
    expect(end.type).toBe('BOOKMARK');
    expect(end.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    watch.close();
  });

  it('end what exists, also where a watch only begins with it', async () => {
    const leases = '/apis/coordination.k8s.io/v1/leases';
    const watch = await api.watch(`${leases}?watch=1&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dnone`);
    const { object } = await watch.next();
    expect(object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(object.spec).toEqual({});
    watch.close();
  });

  it('need the match that makes sense of them', async () => {
    const { status, body } = await api.ask('GET', `${configMaps}?watch=1&sendInitialEvents=true`);
    expect(status).toBe(422);
    expect(body.message).toContain('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  });
});

it('a watch of tables sends the columns once', async () => {
  await create('tabled', { labels: { watch: 'table' } });
  const watch = await api.watch(`${configMaps}?watch=1&labelSelector=watch%3Dtable`, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  const first = await watch.next();
  expect(first.object.columnDefinitions).not.toHaveLength(0);
  await merge('tabled', { data: { a: '1' } });
  const second = await watch.next();
  expect(second.object.columnDefinitions).toBeNull();
  expect(second.object.rows[0].cells.slice(0, 2)).toEqual(['tabled', 1]);
  watch.close();
});
