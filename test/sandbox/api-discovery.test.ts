import { chmod, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeKubeconfig } from '../../src/sandbox/api/kubeconfig.ts';
import { type ApiUnderTest, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const accept = (type: string) => ({ headers: { accept: type } });

describe('the server', () => {
  it('says who it is', async () => {
    const { body } = await api.ask('GET', '/version');
    expect(body).toMatchObject({
      major: '1',
      minor: '36',
      gitVersion: expect.stringMatching(/^v1\.36\.\d+\+tcpshift/),
    });
  });

  it.each(['/healthz', '/livez', '/readyz'])('is well at %s', async (path) => {
    expect((await api.ask('GET', path)).text).toBe('ok');
  });

  it.each(['', 'Bearer wrong', 'Basic abc'])('lets nobody in with %j', async (authorization) => {
    const { status, body } = await api.ask('GET', '/api', { headers: { authorization } });
    expect(status).toBe(401);
    expect(body).toMatchObject({ kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized', code: 401 });
  });

  it.each(['/nothing', '/apis/none.example.com', '/apis/gateway.networking.k8s.io/v1/nones', '/openapi/v3/apis/x/v1'])(
    'has no page at %s',
    async (path) => {
      const { status, text } = await api.ask('GET', path);
      expect(status).toBe(404);
      expect(text).toBe('404 page not found\n');
    },
  );

  it.each(['/apis/apps/v9', '/api/v1/nones', '/api/v1/pods/a', `${configMaps}/a/status`])(
    'has no such resource at %s',
    async (path) => {
      const { status, body } = await api.ask('GET', path);
      expect(status).toBe(404);
      expect(body).toMatchObject({ kind: 'Status', message: 'the server could not find the requested resource' });
    },
  );

  it.each([
    ['POST', '/version'],
    ['POST', '/api/v1/configmaps'],
    ['PUT', configMaps],
    ['POST', `${configMaps}/a`],
    ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
  ])('does not take %s on %s', async (method, path) => {
    const { status, body } = await api.ask(method, path);
    expect(status).toBe(405);
    expect(body.reason).toBe('MethodNotAllowed');
  });

  it('writes a kubeconfig that only its owner can read, whatever was there before', async () => {
    expect((await stat(api.kubeconfig)).mode & 0o777).toBe(0o600);
    await chmod(api.kubeconfig, 0o644);
    await writeKubeconfig(api.kubeconfig, api);
    expect((await stat(api.kubeconfig)).mode & 0o777).toBe(0o600);
  });
});

describe('discovery', () => {
  it('lists versions, groups and resources', async () => {
    expect((await api.ask('GET', '/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const groups = (await api.ask('GET', '/apis')).body.groups.map(({ name }: any) => name);
    expect(groups.slice(0, 2)).toEqual(['apps', 'events.k8s.io']);
    expect(groups.at(-1)).toBe('networking.istio.io');
    const core = (await api.ask('GET', '/api/v1')).body;
    expect(core).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
    expect(core.resources).toContainEqual(
      expect.objectContaining({ name: 'services', singularName: 'service', shortNames: ['svc'], categories: ['all'] }),
    );
    const names = core.resources.map(({ name }: any) => name);
    expect(names).toContain('pods/portforward');
    const apps = (await api.ask('GET', '/apis/apps/v1')).body.resources;
    expect(apps).toContainEqual(
      expect.objectContaining({ name: 'deployments/scale', group: 'autoscaling', kind: 'Scale' }),
    );
  });

  it('prefers the first version of a group', async () => {
    const { body } = await api.ask('GET', '/apis/gateway.networking.k8s.io');
    expect(body).toMatchObject({ kind: 'APIGroup', preferredVersion: { version: 'v1' } });
  });

  it.each(['v2', 'v2beta1'])('comes whole in %s of the aggregated document', async (version) => {
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    const { body, headers } = await api.ask('GET', '/apis', accept(`${type},application/json`));
    expect(headers['content-type']).toBe(type);
    expect(body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}` });
    const apps = body.items.find(({ metadata }: any) => metadata.name === 'apps');
    expect(apps.versions[0].resources[0]).toMatchObject({
      resource: 'deployments',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      scope: 'Namespaced',
      subresources: [{ subresource: 'scale' }, { subresource: 'status' }],
    });
    const core = (await api.ask('GET', '/api', accept(type))).body.items[0].versions[0].resources;
    const names = core.map(({ resource }: any) => resource);
    expect(names).toEqual(names.toSorted());
    const etag = headers.etag!;
    const again = await api.ask('GET', '/apis', { headers: { accept: type, 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });
});

describe('the OpenAPI description', () => {
  it('has an index whose every document is served, with what kubectl looks for in it', async () => {
    const { paths } = (await api.ask('GET', '/openapi/v3')).body;
    expect(Object.keys(paths)).toContain('apis/apps/v1');
    for (const { serverRelativeURL } of Object.values<any>(paths)) {
      const { status, body } = await api.ask('GET', serverRelativeURL);
      expect(status).toBe(200);
      expect(body.openapi).toBe('3.0.0');
    }
    const apps = (await api.ask('GET', paths['apis/apps/v1'].serverRelativeURL)).body;
    const post = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments'].post;
    const parameters = post.parameters.map(({ name }: any) => name);
    expect(parameters).toEqual(expect.arrayContaining(['dryRun', 'fieldValidation', 'fieldManager']));
  });

  it('of version 2 is empty, in protobuf', async () => {
    const { headers, text } = await api.ask('GET', '/openapi/v2');
    expect(headers['content-type']).toContain('openapi.spec.v2');
    expect(text).toBe('\n\u00032.0');
  });
});

describe('a review', () => {
  const review = (group: string, plural: string, body: object) =>
    api.ask('POST', `/apis/${group}/v1/${plural}`, { body: { apiVersion: `${group}/v1`, ...body } });

  it('of access allows everything', async () => {
    const { status, body } = await review('authorization.k8s.io', 'selfsubjectaccessreviews', {
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ spec: { resourceAttributes: { verb: 'get' } }, status: { allowed: true } });
  });

  it('of rules has one for everything', async () => {
    const { body } = await review('authorization.k8s.io', 'selfsubjectrulesreviews', {
      kind: 'SelfSubjectRulesReview',
    });
    expect(body.status.resourceRules[0]).toEqual({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
  });

  it('of oneself has a name', async () => {
    const { body } = await review('authentication.k8s.io', 'selfsubjectreviews', { kind: 'SelfSubjectReview' });
    expect(body.status.userInfo.username).toBe('tcpshift-sandbox');
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

it('a stopped server lets go of its port, its watches and its kubeconfig', async () => {
  const other = await startApi();
  const watch = await other.watch(`${configMaps}?watch=1`);
  await other.stop();
  while ((await watch.next()) !== undefined);
  await expect(stat(other.kubeconfig)).rejects.toThrow('ENOENT');
  const server = createServer().listen(Number(new URL(other.server).port), '127.0.0.1');
  await once(server, 'listening');
  server.close();
});
