import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

describe('objects', () => {
  it('are created with what only the server sets, and read back the same', async () => {
    const made = await api.ask('POST', configMaps, { body: configMap('made', { a: '1' }) });
    expect(made.status).toBe(201);
    expect(made.body.metadata).toMatchObject({ name: 'made', namespace: 'default' });
    expect(made.body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const read = await api.ask('GET', `${configMaps}/made`);
    expect(read.body).toEqual(made.body);
  });

  it('are not made twice under one name', async () => {
    await api.ask('POST', configMaps, { body: configMap('twice') });
    const again = await api.ask('POST', configMaps, { body: configMap('twice') });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      kind: 'Status',
      reason: 'AlreadyExists',
      message: 'configmaps "twice" already exists',
      details: { name: 'twice', kind: 'configmaps' },
    });
  });

  it('take a generated name', async () => {
    const body = { ...configMap('', {}), metadata: { generateName: 'some-' } };
    const made = await api.ask('POST', configMaps, { body });
    expect(made.body.metadata.name).toMatch(/^some-[a-z0-9]{5}$/);
  });

  it('refuse a write on top of a stale version', async () => {
    const { body } = await api.ask('POST', configMaps, { body: configMap('stale', { a: '1' }) });
    const next = await api.ask('PUT', `${configMaps}/stale`, { body: { ...body, data: { a: '2' } } });
    expect(Number(next.body.metadata.resourceVersion)).toBeGreaterThan(Number(body.metadata.resourceVersion));
    const late = await api.ask('PUT', `${configMaps}/stale`, { body: { ...body, data: { a: '3' } } });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('keep their version when a write changes nothing', async () => {
    const { body } = await api.ask('POST', configMaps, { body: configMap('same', { a: '1' }) });
    const again = await api.ask('PUT', `${configMaps}/same`, { body });
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  it('are tried without being kept under dryRun=All', async () => {
    const tried = await api.ask('POST', `${configMaps}?dryRun=All`, { body: configMap('dry') });
    expect(tried.status).toBe(201);
    expect(tried.body.metadata.resourceVersion).toBeUndefined();
    expect((await api.ask('GET', `${configMaps}/dry`)).status).toBe(404);
  });

  it('are refused in a namespace that does not exist', async () => {
    const answer = await api.ask('POST', '/api/v1/namespaces/nowhere/configmaps', { body: configMap('a') });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ message: 'namespaces "nowhere" not found', details: { kind: 'namespaces' } });
  });

  it('may have names of 253 characters, and no more', async () => {
    const longest = 'n'.repeat(253);
    expect((await api.ask('POST', configMaps, { body: configMap(longest) })).status).toBe(201);
    expect((await api.ask('GET', `${configMaps}/${longest}`)).status).toBe(200);
    expect((await api.ask('POST', configMaps, { body: configMap(`${longest}n`) })).status).toBe(422);
  });

  it('are refused under a name that is none', async () => {
    const answer = await api.ask('POST', configMaps, { body: configMap('Not_A_Name') });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(
      'ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name"',
    );
    expect(answer.body.details.causes).toHaveLength(1);
  });

  it('are deleted only under the uid that the client means', async () => {
    await api.ask('POST', configMaps, { body: configMap('gone') });
    const wrong = await api.ask('DELETE', `${configMaps}/gone`, { body: { preconditions: { uid: 'other' } } });
    expect(wrong.status).toBe(409);
    expect(wrong.body.message).toContain('the UID in the precondition (other) does not match the UID in record');
    const right = await api.ask('DELETE', `${configMaps}/gone`);
    expect(right.body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'gone', kind: 'configmaps' },
    });
    expect((await api.ask('GET', `${configMaps}/gone`)).status).toBe(404);
  });

  it('wait for their finalizers when deleted', async () => {
    await api.ask('POST', configMaps, { body: configMap('held', {}, { finalizers: ['example.com/hold'] }) });
    const deleted = await api.ask('DELETE', `${configMaps}/held`);
    expect(deleted.body.metadata.deletionTimestamp).toBeDefined();
    const { body } = await api.ask('GET', `${configMaps}/held`);
    const { finalizers: _released, ...metadata } = body.metadata;
    await api.ask('PUT', `${configMaps}/held`, { body: { ...body, metadata } });
    expect((await api.ask('GET', `${configMaps}/held`)).status).toBe(404);
  });
});
