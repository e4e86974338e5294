import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const nobody = { 'impersonate-user': 'nobody' };
const whoAmI = async (headers: Record<string, string>) => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const answer = await api.ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body, headers });
  return answer.body.status.userInfo;
};

describe('a request in the name of somebody else', () => {
  it('is refused, as it would be in a cluster that knows nothing of them', async () => {
    const { status, body } = await api.ask('GET', configMaps, { headers: nobody });
    expect(status).toBe(403);
    expect(body.message).toBe(
      'configmaps is forbidden: User "nobody" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
  });

  it('may still discover what there is, and ask who they are', async () => {
    expect((await api.ask('GET', '/apis/apps/v1', { headers: nobody })).status).toBe(200);
    expect(await whoAmI({ ...nobody, 'impersonate-uid': '7' })).toEqual({
      username: 'nobody',
      uid: '7',
      groups: ['system:authenticated'],
    });
  });

  it('may do everything in the administrators’ group', async () => {
    const headers = { ...nobody, 'impersonate-group': 'system:masters' };
    expect((await api.ask('GET', configMaps, { headers })).status).toBe(200);
    expect((await whoAmI(headers)).groups).toEqual(['system:masters', 'system:authenticated']);
  });

  it('needs their name', async () => {
    const { status } = await api.ask('GET', configMaps, { headers: { 'impersonate-group': 'system:masters' } });
    expect(status).toBe(400);
  });
});
