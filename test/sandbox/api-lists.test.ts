import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi({}, { historyWindow: 20 });
  for (const [name, tier] of [
    ['a', 'front'],
    ['b', 'back'],
    ['c', 'back'],
    ['d', 'front'],
    ['e', 'back'],
  ]) {
    await api.ask('POST', configMaps, { body: configMap(name!, {}, { labels: { tier } }) });
  }
});
afterAll(() => api.stop());

const names = (list: any): string[] => list.items.map((item: any) => item.metadata.name);
const ours = 'labelSelector=tier';

describe('a list', () => {
  it('of built-in objects leaves out what the list says already', async () => {
    const { body } = await api.ask('GET', `${configMaps}?${ours}`);
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(body.items[0].kind).toBeUndefined();
    expect(names(body)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('of custom objects does not', async () => {
    const { body } = await api.ask('GET', '/apis/gateway.networking.k8s.io/v1/gatewayclasses');
    expect(body.items[0]).toMatchObject({ kind: 'GatewayClass', apiVersion: 'gateway.networking.k8s.io/v1' });
  });

  it.each([
    ['labelSelector=tier%3Dback', ['b', 'c', 'e']],
    ['labelSelector=tier+in+(front),tier!=back', ['a', 'd']],
    [`fieldSelector=metadata.name%3Dc`, ['c']],
    [`${ours}&fieldSelector=metadata.name!%3Dc,metadata.namespace%3Ddefault`, ['a', 'b', 'd', 'e']],
  ])('is narrowed by %s', async (query, expected) => {
    expect(names((await api.ask('GET', `${configMaps}?${query}`)).body)).toEqual(expected);
  });

  it('over all namespaces has them all', async () => {
    const { body } = await api.ask('GET', `/api/v1/configmaps?${ours}`);
    expect(names(body)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it.each([
    ['fieldSelector=data.x%3D1', '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['labelSelector=a+b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['limit=x', 'invalid syntax'],
    ['continue=x', 'continue key is not valid'],
    ['resourceVersion=x', 'resourceVersion: Invalid value: "x"'],
  ])('is refused for %s', async (query, message) => {
    const { status, body } = await api.ask('GET', `${configMaps}?${query}`);
    expect(status).toBe(400);
    expect(body.message).toContain(message);
  });
});

it.each([
  ['resourceVersionMatch=Exact', 'resourceVersionMatch is forbidden unless resourceVersion is provided'],
  ['resourceVersion=1&resourceVersionMatch=Some', 'Unsupported value: "Some"'],
  ['resourceVersion=0&resourceVersionMatch=Exact', 'is forbidden for resourceVersion "0"'],
  ['sendInitialEvents=true', 'sendInitialEvents is forbidden for list'],
  ['watch=1&resourceVersionMatch=NotOlderThan', 'is forbidden for watch unless sendInitialEvents is provided'],
])('options that contradict each other are refused: %s', async (query, message) => {
  const { status, body } = await api.ask('GET', `${configMaps}?${query}`);
  expect(status).toBe(422);
  expect(body.message).toContain(message);
});

describe('pages', () => {
  it('all show the revision of the first', async () => {
    const first = await api.ask('GET', `${configMaps}?${ours}&limit=2`);
    expect(names(first.body)).toEqual(['a', 'b']);
    // What selectors leave is not counted.
    expect(first.body.metadata.remainingItemCount).toBeUndefined();
    expect((await api.ask('GET', `${configMaps}?limit=2`)).body.metadata.remainingItemCount).toBe(3);
    await api.ask('DELETE', `${configMaps}/c`);
    await api.ask('POST', configMaps, { body: configMap('cc', {}, { labels: { tier: 'back' } }) });
    const next = encodeURIComponent(first.body.metadata.continue);
    const second = await api.ask('GET', `${configMaps}?${ours}&limit=2&continue=${next}`);
    expect(names(second.body)).toEqual(['c', 'd']);
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    const last = encodeURIComponent(second.body.metadata.continue);
    const third = await api.ask('GET', `${configMaps}?${ours}&limit=2&continue=${last}`);
    expect(names(third.body)).toEqual(['e']);
    expect(third.body.metadata.continue).toBeUndefined();
  });

  it('expire with the history that they need, and say how to go on', async () => {
    const { body } = await api.ask('GET', `${configMaps}?${ours}&limit=1`);
    for (let n = 0; n < 25; n += 1) await api.ask('POST', configMaps, { body: configMap(`filler-${n}`) });
    const next = encodeURIComponent(body.metadata.continue);
    const late = await api.ask('GET', `${configMaps}?${ours}&limit=1&continue=${next}`);
    expect(late.status).toBe(410);
    expect(late.body.reason).toBe('Expired');
    const fresh = encodeURIComponent(late.body.metadata.continue);
    expect((await api.ask('GET', `${configMaps}?${ours}&limit=1&continue=${fresh}`)).status).toBe(200);
  });
});

describe('a form', () => {
  const accept = (form: string) => ({
    headers: { accept: `application/json;as=${form};v=v1;g=meta.k8s.io,application/json` },
  });

  it('of a table has columns, cells and the metadata of each object', async () => {
    const { body } = await api.ask('GET', `${configMaps}?fieldSelector=metadata.name%3Da`, accept('Table'));
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(body.columnDefinitions.map(({ name }: any) => name)).toEqual(['Name', 'Data', 'Age']);
    expect(body.rows[0].cells.slice(0, 2)).toEqual(['a', 0]);
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  });

  it('of a table carries the objects where they are asked for', async () => {
    const { body } = await api.ask('GET', `${configMaps}/a?includeObject=Object`, accept('Table'));
    expect(body.rows[0].object).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a' } });
  });

  it('of metadata has nothing else', async () => {
    const { body } = await api.ask('GET', `${configMaps}?${ours}`, accept('PartialObjectMetadataList'));
    expect(body.kind).toBe('PartialObjectMetadataList');
    expect(Object.keys(body.items[0]).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
  });

  it('that is not served is refused', async () => {
    const { status } = await api.ask('GET', configMaps, { headers: { accept: 'text/html' } });
    expect(status).toBe(406);
  });
});

describe('the deletion of a collection', () => {
  it('takes what is selected', async () => {
    const { status } = await api.ask('DELETE', `${configMaps}?labelSelector=tier%3Dfront`);
    expect(status).toBe(200);
    expect(names((await api.ask('GET', `${configMaps}?${ours}`)).body)).toEqual(['b', 'cc', 'e']);
  });

  it('is not served for namespaces', async () => {
    expect((await api.ask('DELETE', '/api/v1/namespaces')).status).toBe(405);
  });
});
