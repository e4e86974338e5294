import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** Waits, by a watch, until the object at the path of a collection is gone. */
async function gone(collection: string, name: string): Promise<void> {
  const watch = await api.watch(
    `${collection}?watch=1&fieldSelector=metadata.name%3D${name}&resourceVersion=0&timeoutSeconds=10`,
  );
  const exists = await api.ask('GET', `${collection}/${name}`);
  for (let left = exists.status === 200; left;) left = (await watch.next()).type !== 'DELETED';
  watch.close();
}

const namespaces = '/api/v1/namespaces';
const newNamespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe('a namespace that is deleted', () => {
  it('takes its content with it, and waits for what is held', async () => {
    await api.ask('POST', namespaces, { body: newNamespace('doomed') });
    const inside = `${namespaces}/doomed/configmaps`;
    await api.ask('POST', inside, { body: configMap('free') });
    const held = await api.ask('POST', inside, { body: configMap('held', {}, { finalizers: ['example.com/hold'] }) });
    const deleted = await api.ask('DELETE', `${namespaces}/doomed`);
    expect(deleted.body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
    await gone(inside, 'free');

    const refused = await api.ask('POST', inside, { body: configMap('late') });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      reason: 'Forbidden',
      message:
        'configmaps "late" is forbidden: unable to create new content in namespace doomed because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
    const waiting = await api.ask('GET', `${namespaces}/doomed`);
    expect(waiting.body.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'NamespaceFinalizersRemaining',
        status: 'True',
        message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
      }),
    );

    const { uid } = held.body.metadata;
    await api.ask('PATCH', `${inside}/held`, {
      type: 'application/merge-patch+json',
      body: { metadata: { uid, finalizers: null } },
    });
    await gone(namespaces, 'doomed');
    expect((await api.ask('GET', `${inside}/held`)).status).toBe(404);
  });

  it('cannot be one that the cluster needs', async () => {
    const answer = await api.ask('DELETE', `${namespaces}/kube-system`);
    expect(answer.status).toBe(403);
    expect(answer.body.message).toBe('namespaces "kube-system" is forbidden: this namespace may not be deleted');
  });
});

describe('what an object owns', () => {
  const owned = (name: string, owner: any, extra = {}) =>
    configMap(
      name,
      {},
      { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner.name, uid: owner.uid, ...extra }] },
    );

  it('goes with it', async () => {
    const { body } = await api.ask('POST', configMaps, { body: configMap('owner') });
    await api.ask('POST', configMaps, { body: owned('owned', body.metadata) });
    await api.ask('DELETE', `${configMaps}/owner`);
    await gone(configMaps, 'owned');
    expect((await api.ask('GET', `${configMaps}/owned`)).status).toBe(404);
  });

  it('is kept, and its reference dropped, by an orphaning deletion', async () => {
    const { body } = await api.ask('POST', configMaps, { body: configMap('parent') });
    await api.ask('POST', configMaps, { body: owned('orphan', body.metadata) });
    await api.ask('DELETE', `${configMaps}/parent`, { body: { propagationPolicy: 'Orphan' } });
    await gone(configMaps, 'parent');
    const orphan = await api.ask('GET', `${configMaps}/orphan`);
    expect(orphan.status).toBe(200);
    expect(orphan.body.metadata.ownerReferences).toBeUndefined();
  });

  it('goes before it in a foreground deletion', async () => {
    const { body } = await api.ask('POST', configMaps, { body: configMap('first') });
    const child = owned('second', body.metadata, { blockOwnerDeletion: true });
    await api.ask('POST', configMaps, {
      body: { ...child, metadata: { ...child.metadata, finalizers: ['example.com/hold'] } },
    });
    const deleted = await api.ask('DELETE', `${configMaps}/first`, { body: { propagationPolicy: 'Foreground' } });
    expect(deleted.body.metadata.finalizers).toEqual(['foregroundDeletion']);
    await api.ask('PATCH', `${configMaps}/second`, {
      type: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
    await gone(configMaps, 'first');
    expect((await api.ask('GET', `${configMaps}/second`)).status).toBe(404);
  });

  it('is collected when its owner never existed', async () => {
    await api.ask('POST', configMaps, { body: owned('stray', { name: 'nobody', uid: 'no-such-uid' }) });
    await gone(configMaps, 'stray');
    expect((await api.ask('GET', `${configMaps}/stray`)).status).toBe(404);
  });
});

describe('a CustomResourceDefinition', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer', minimum: 1 } } } },
            },
          },
        },
        {
          name: 'v1beta1',
          served: true,
          storage: false,
          deprecated: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const widgets = '/apis/example.com/v1/namespaces/default/widgets';
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { size: 2 } };

  it('serves its kinds at once, shares objects between versions, and ends them when deleted', async () => {
    const made = await api.ask('POST', definitions, { body: definition });
    expect(made.body.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Established', status: 'True' }),
    );
    expect((await api.ask('POST', widgets, { body: widget })).status).toBe(201);
    const wrong = await api.ask('POST', widgets, { body: { ...widget, metadata: { name: 'b' }, spec: { size: 0 } } });
    expect(wrong.status).toBe(422);
    expect(wrong.body.message).toBe(
      'Widget.example.com "b" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
    );

    const older = await api.ask('GET', '/apis/example.com/v1beta1/namespaces/default/widgets/a');
    expect(older.body).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 2 } });
    const warning = '299 - "example.com/v1beta1 Widget is deprecated"';
    expect(older.headers['warning']).toBe(warning);
    const watch = await api.watch('/apis/example.com/v1beta1/widgets?watch=1');
    expect(watch.headers['warning']).toBe(warning);
    watch.close();

    await api.ask('DELETE', `${definitions}/widgets.example.com`);
    await gone(definitions, 'widgets.example.com');
    expect((await api.ask('GET', `${widgets}/a`)).status).toBe(404);
    expect((await api.ask('GET', '/apis/example.com')).status).toBe(404);
  });
});
