import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const pods = '/api/v1/namespaces/default/pods';
const create = (name: string, spec: object = {}) => {
  const containers = [{ name: 'main', image: 'docker.io/library/none' }];
  const gated = { containers, schedulingGates: [{ name: 'example.com/held' }], ...spec };
  return api.ask('POST', pods, { body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: gated } });
};
const merge = (name: string, body: unknown) =>
  api.ask('PATCH', `${pods}/${name}`, { type: 'application/merge-patch+json', body });

describe('a pod', () => {
  it('has an account and tolerates its node for five minutes, which nobody owns', async () => {
    const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists' };
    const { spec, metadata } = (await create('admitted', { tolerations: [own] })).body;
    expect(spec).toMatchObject({ serviceAccount: 'default', serviceAccountName: 'default', priority: 0 });
    expect(spec.tolerations.map(({ key }: { key: string }) => key)).toEqual([
      'node.kubernetes.io/not-ready',
      'node.kubernetes.io/unreachable',
    ]);
    expect(Object.keys(metadata.managedFields[0].fieldsV1['f:spec'])).not.toContain('f:priority');
  });

  it('stays where its gates hold it', async () => {
    const { body } = await create('held');
    expect(body.status).toMatchObject({ phase: 'Pending', conditions: [{ reason: 'SchedulingGated' }] });
    await create('placed', { schedulingGates: [] });
    const watch = await api.watch(`${pods}?watch=1&fieldSelector=metadata.name%3Dplaced`);
    for (let placed = false; !placed;) placed = Boolean((await watch.next()).object.spec.nodeName);
    watch.close();
    expect((await api.ask('GET', `${pods}/held`)).body.spec.nodeName).toBeUndefined();
  });

  it('changes little but its image', async () => {
    await create('fixed');
    const image = await merge('fixed', { spec: { containers: [{ name: 'main', image: 'docker.io/library/other' }] } });
    expect(image.status).toBe(200);
    const { status, body } = await merge('fixed', { spec: { hostNetwork: true } });
    expect(status).toBe(422);
    expect(body.message).toContain('spec: Forbidden: pod updates may not change fields other than');
  });

  it('is seen on its way out', async () => {
    await create('leaving');
    const watch = await api.watch(`${pods}?watch=1&fieldSelector=metadata.name%3Dleaving`);
    expect((await watch.next()).type).toBe('ADDED');
    await api.ask('DELETE', `${pods}/leaving`);
    const [last, end] = [await watch.next(), await watch.next()];
    expect([last.type, end.type]).toEqual(['MODIFIED', 'DELETED']);
    expect(last.object.metadata.deletionGracePeriodSeconds).toBe(0);
    watch.close();
  });
});

it('a Secret holds base64 alone', async () => {
  const { status, body } = await api.ask('POST', '/api/v1/namespaces/default/secrets', {
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'plain' }, data: { key: 'dmFsd?==' } },
  });
  expect(status).toBe(400);
  expect(body.message).toBe(
    'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 5',
  );
});
