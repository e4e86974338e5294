import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const lease = (name: string, metadata: object = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, ...metadata },
  spec: { holderIdentity: 'somebody' },
});
const merge = (path: string, body: unknown) => api.ask('PATCH', path, { type: 'application/merge-patch+json', body });

describe('an update of what is not there', () => {
  it('creates it where its kind allows that', async () => {
    const { status, body } = await api.ask('PUT', `${leases}/made`, { body: lease('made', { resourceVersion: '1' }) });
    expect(status).toBe(201);
    expect((await api.ask('GET', `${leases}/made`)).body).toEqual(body);
  });

  it('is refused otherwise', async () => {
    expect((await api.ask('PUT', `${configMaps}/nowhere`, { body: configMap('nowhere') })).status).toBe(404);
    expect((await merge(`${leases}/nowhere`, { spec: { holderIdentity: 'a' } })).status).toBe(404);
  });
});

describe('an update without a version', () => {
  it('is refused where its kind insists on one', async () => {
    await api.ask('POST', leases, { body: lease('versioned') });
    const { status, body } = await api.ask('PUT', `${leases}/versioned`, { body: lease('versioned') });
    expect(status).toBe(422);
    expect(body.message).toBe(
      'leases.coordination.k8s.io "versioned" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });
});

describe('the status of a Namespace', () => {
  it('has a path of its own, and so do its finalizers', async () => {
    await api.ask('POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'own' } },
    });
    const { status, body } = await merge('/api/v1/namespaces/own/status', { metadata: { labels: { seen: 'yes' } } });
    expect(status).toBe(200);
    expect(body.metadata.labels.seen).toBe('yes');
    const without = { ...body, spec: { finalizers: [] } };
    const finalized = await api.ask('PUT', '/api/v1/namespaces/own/finalize', { body: without });
    expect(finalized.body.spec).toEqual({});
  });
});

describe('the generation of a Deployment', () => {
  it('grows with its annotations, but not with those that come with its status', async () => {
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'none' }] } };
    const spec = { replicas: 0, selector: { matchLabels: { app: 'a' } }, template };
    await api.ask('POST', deployments, {
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'counted' }, spec },
    });
    const annotated = async (path: string, key: string) =>
      (await merge(path, { metadata: { annotations: { [key]: 'yes' } } })).body.metadata.generation;
    expect(await annotated(`${deployments}/counted/status`, 'a')).toBe(1);
    expect(await annotated(`${deployments}/counted`, 'b')).toBe(2);
  });
});
