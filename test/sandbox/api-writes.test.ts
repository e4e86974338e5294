import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const types = {
  apply: 'application/apply-patch+yaml',
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const patch = (path: string, type: keyof typeof types, body: unknown): Promise<Answer> =>
  api.ask('PATCH', path, { type: types[type], body });
const apply = (name: string, data: object, query: string): Promise<Answer> =>
  patch(`${configMaps}/${name}?${query}`, 'apply', { ...configMap(name), data });

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/default/tcproutes';

const deployment = (name: string, extra: object = {}): any => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'one', image: 'example.com/one' }] },
    },
    ...extra,
  },
});

const route = (name: string): any => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  metadata: { name },
  spec: {
    parentRefs: [{ name: 'gateway' }],
    rules: [{ backendRefs: [{ name: 'echo', port: 9000, weight: 1 }] }],
  },
});

describe('a patch', () => {
  it('of each format changes what it says', async () => {
    await api.ask('POST', configMaps, { body: configMap('patched', { a: '1', b: '2' }) });
    const path = `${configMaps}/patched`;
    expect((await patch(path, 'merge', { data: { a: null, c: '3' } })).body.data).toEqual({ b: '2', c: '3' });
    expect((await patch(path, 'strategic', { data: { b: null } })).body.data).toEqual({ c: '3' });
    const operations = [{ op: 'add', path: '/data/d', value: '4' }];
    expect((await patch(path, 'json', operations)).body.data).toEqual({ c: '3', d: '4' });
  });

  it('merges lists of a built-in kind by their keys', async () => {
    await api.ask('POST', deployments, { body: deployment('merged') });
    const containers = [{ name: 'two', image: 'example.com/two' }];
    const { body } = await patch(`${deployments}/merged`, 'strategic', {
      spec: { template: { spec: { containers } } },
    });
    const names = body.spec.template.spec.containers.map(({ name }: any) => name).toSorted();
    expect(names).toEqual(['one', 'two']);
    expect(body.metadata.generation).toBe(2);
  });

  it('of a custom kind cannot be strategic', async () => {
    await api.ask('POST', routes, { body: route('custom') });
    const { status, body } = await patch(`${routes}/custom`, 'strategic', { spec: {} });
    expect(status).toBe(415);
    expect(body).toMatchObject({
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    });
  });

  it('in CBOR is refused', async () => {
    const answer = await api.ask('PATCH', `${configMaps}/patched`, { type: 'application/apply-patch+cbor', body: '' });
    expect(answer.status).toBe(415);
  });

  it('whose test fails changes nothing', async () => {
    const operations = [
      { op: 'replace', path: '/data/d', value: '5' },
      { op: 'test', path: '/data/d', value: '4' },
    ];
    const { status, body } = await patch(`${configMaps}/patched`, 'json', operations);
    expect(status).toBe(422);
    expect(body.message).toBe('the server rejected our request due to an error in our request');
    expect((await api.ask('GET', `${configMaps}/patched`)).body.data.d).toBe('4');
  });

  it('with a stale version is a conflict', async () => {
    const { status } = await patch(`${configMaps}/patched`, 'merge', { metadata: { resourceVersion: '1' }, data: {} });
    expect(status).toBe(409);
  });

  it('of nothing finds nothing', async () => {
    const { status, body } = await patch(`${configMaps}/none`, 'merge', {});
    expect(status).toBe(404);
    expect(body.message).toBe('configmaps "none" not found');
  });

  it('cannot rename', async () => {
    const { status, body } = await patch(`${configMaps}/patched`, 'merge', { metadata: { name: 'other' } });
    expect(status).toBe(400);
    expect(body.message).toBe('the name of the object (other) does not match the name on the URL (patched)');
  });

  it('cannot be forced outside server-side apply', async () => {
    const { status, body } = await patch(`${configMaps}/patched?force=true`, 'merge', {});
    expect(status).toBe(422);
    expect(body.message).toContain('force: Forbidden: may not be specified for non-apply patch');
  });
});

describe('server-side apply', () => {
  it('creates, then owns what it applied', async () => {
    const made = await apply('applied', { a: '1' }, 'fieldManager=me');
    expect(made.status).toBe(201);
    const [entry] = made.body.metadata.managedFields;
    expect(entry).toMatchObject({ manager: 'me', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } });
    const again = await apply('applied', { a: '1' }, 'fieldManager=me');
    expect(again.status).toBe(200);
    expect(again.body.metadata.resourceVersion).toBe(made.body.metadata.resourceVersion);
  });

  it('names the owner of a field that it would take, and takes it by force', async () => {
    await apply('contested', { a: '1' }, 'fieldManager=me');
    const refused = await apply('contested', { a: '2' }, 'fieldManager=you');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "me": .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "me"', field: '.data.a' }] },
    });
    const forced = await apply('contested', { a: '2' }, 'fieldManager=you&force=true');
    expect(forced.body.data).toEqual({ a: '2' });
    expect(forced.body.metadata.managedFields.map(({ manager }: any) => manager)).toEqual(['you']);
  });

  it('takes YAML', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: written\ndata:\n  a: "1"\n';
    const made = await patch(`${configMaps}/written?fieldManager=me`, 'apply', yaml);
    expect(made.body.data).toEqual({ a: '1' });
  });

  it('needs a manager', async () => {
    const { status, body } = await apply('nobody', {}, '');
    expect(status).toBe(422);
    expect(body.message).toContain('fieldManager: Required value: is required for apply patch');
  });

  it('refuses fields that the kind does not declare', async () => {
    const body = { ...configMap('typo'), dat: {} };
    const answer = await patch(`${configMaps}/typo?fieldManager=me`, 'apply', body);
    expect(answer.status).toBe(500);
    expect(answer.body.message).toBe(
      'failed to create typed patch object (/typo; /v1, Kind=ConfigMap): .dat: field not declared in schema',
    );
  });

  it('with a version that has passed is a conflict', async () => {
    const body = configMap('applied', { a: '2' }, { resourceVersion: '1' });
    expect((await patch(`${configMaps}/applied?fieldManager=me`, 'apply', body)).status).toBe(409);
  });

  it('for a version creates what is not there, and for a uid it does not', async () => {
    const place = `${configMaps}/for-one?fieldManager=me`;
    const missing = await patch(place, 'apply', configMap('for-one', {}, { uid: 'gone', resourceVersion: '1' }));
    expect(missing).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(missing.body.message).toBe(
      'Operation cannot be fulfilled on configmaps "for-one": uid mismatch: the provided object specified uid gone, and no existing object was found',
    );
    const made = await patch(place, 'apply', configMap('for-one', {}, { resourceVersion: '1' }));
    expect(made.status).toBe(201);
    const { uid, resourceVersion } = made.body.metadata;
    expect((await patch(place, 'apply', configMap('for-one', {}, { uid, resourceVersion }))).status).toBe(200);
    const stale = await patch(place, 'apply', configMap('for-one', {}, { uid: 'other', resourceVersion: '1' }));
    expect(stale).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    const other = await patch(place, 'apply', configMap('for-one', {}, { uid: 'other', resourceVersion }));
    expect(other).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  });
});

describe('the status', () => {
  it('is written alone, and a write to the object leaves it alone', async () => {
    const made = await api.ask('POST', routes, { body: { ...route('split'), status: { parents: [] } } });
    expect(made.body.status).toBeUndefined();
    const path = `${routes}/split`;
    const accepted = {
      type: 'Accepted',
      status: 'True',
      reason: 'Accepted',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const status = { parents: [{ parentRef: { name: 'x' }, controllerName: 'example.com/c', conditions: [accepted] }] };
    const changed = { ...made.body, spec: { rules: [] }, status };
    const written = await api.ask('PUT', `${path}/status`, { body: changed });
    expect(written.body.spec).toEqual(made.body.spec);
    expect(written.body.status).toMatchObject(status);
    expect(written.body.metadata.generation).toBe(1);
    const labelled = await patch(path, 'merge', { metadata: { labels: { a: 'b' } }, status: null });
    expect(labelled.body.status).toMatchObject(status);
    expect(labelled.body.metadata.generation).toBe(1);
  });

  it('is not served where the kind has none', async () => {
    expect((await api.ask('GET', `${configMaps}/patched/status`)).status).toBe(404);
  });
});

describe('the scale', () => {
  it('reads and writes the replicas', async () => {
    await api.ask('POST', deployments, { body: deployment('scaled') });
    const path = `${deployments}/scaled/scale`;
    const read = await api.ask('GET', path);
    expect(read.body).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', status: { replicas: 0 } });
    // Without a version, as the controllers may write the status in between.
    const metadata = { name: 'scaled', namespace: 'default' };
    const put = await api.ask('PUT', path, { body: { ...read.body, metadata, spec: { replicas: 1 } } });
    expect(put.body.spec.replicas).toBe(1);
    await patch(path, 'merge', { spec: { replicas: 0 } });
    const { body } = await api.ask('GET', `${deployments}/scaled`);
    expect(body.spec.replicas).toBe(0);
    expect(body.metadata.managedFields).toContainEqual(expect.objectContaining({ subresource: 'scale' }));
  });

  it('is shown as a table of its own', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { body } = await api.ask('GET', `${deployments}/scaled/scale`, { headers: { accept } });
    expect(body.columnDefinitions.map(({ name }: any) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
  });

  it('is applied by one manager at a time', async () => {
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 2 } };
    const path = `${deployments}/scaled/scale?dryRun=All&fieldManager=other`;
    const { status, body } = await patch(path, 'apply', scale);
    expect(status).toBe(409);
    expect(body.message).toMatch(/^Apply failed with 1 conflict: .* using autoscaling\/v1: \.spec\.replicas$/);
    expect((await patch(`${path}&force=true`, 'apply', scale)).body.spec.replicas).toBe(2);
  });

  it('is never negative', async () => {
    const { status, body } = await patch(`${deployments}/scaled/scale`, 'merge', { spec: { replicas: -1 } });
    expect(status).toBe(422);
    expect(body.message).toContain('spec.replicas: Invalid value: -1: must be greater than or equal to 0');
  });
});

describe('unknown fields', () => {
  const body = { ...configMap('unknown'), dat: { a: '1' } };

  it('are warned of', async () => {
    const { headers } = await api.ask('POST', `${configMaps}?dryRun=All`, { body });
    expect(headers['warning']).toBe(String.raw`299 - "unknown field \"dat\""`);
  });

  it.each([
    ['merge', String.raw`{\"apiVersion\":\"v1\",\"dat\":{\"b\":\"2\"},\"data\":`],
    ['strategic-merge', 'map[dat:map[b:2]]"'],
  ])('are quoted where a %s patch brings them', async (format, quoted) => {
    await api.ask('POST', configMaps, { body: configMap(`strict-${format}`, { a: '1' }) });
    const type = `application/${format}-patch+json`;
    const path = `${configMaps}/strict-${format}?fieldValidation=Strict`;
    const { message } = (await api.ask('PATCH', path, { body: { dat: { b: '2' } }, type })).body;
    expect(message).toContain(`patch: Invalid value: "${quoted}`);
  });

  it('are refused where the client is strict', async () => {
    const answer = await api.ask('POST', `${configMaps}?fieldValidation=Strict`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"',
    );
  });

  it('are dropped silently where the client wants that', async () => {
    const answer = await api.ask('POST', `${configMaps}?fieldValidation=Ignore&dryRun=All`, { body });
    expect(answer.headers['warning']).toBeUndefined();
    expect(answer.body.dat).toBeUndefined();
  });
});

describe('a body', () => {
  it.each([
    ['no JSON', '{', 'application/json', 400],
    ['of another type', 'x', 'text/plain', 415],
    ['with another version', { ...configMap('a'), apiVersion: 'v2' }, undefined, 400],
    ['of another kind', { ...configMap('a'), kind: 'Secret' }, undefined, 400],
    ['for another namespace', configMap('a', {}, { namespace: 'other' }), undefined, 400],
    ['with a version already', configMap('a', {}, { resourceVersion: '5' }), undefined, 500],
    ['with a wrong type of field', { ...configMap('a'), data: { a: 1 } }, undefined, 400],
    ['that is too long', `{"a":"${'x'.repeat(3_200_000)}"}`, undefined, 413],
  ])('%s is refused', async (_what, body, type, status) => {
    const answer = await api.ask('POST', configMaps, type === undefined ? { body } : { body, type });
    expect(answer.status).toBe(status);
    expect(answer.body.kind).toBe('Status');
  });

  it.each([
    ['a: b', "invalid character 'a' looking for beginning of value (613a2062)"],
    ['[1]', 'json: cannot unmarshal array into Go value of type '],
    ['{"apiVersion":"v1","kind":"ConfigMap"', 'unexpected end of JSON input ({"apiVersion":"v1","kind":"Con ...)'],
  ])('%j is no object in JSON', async (body, problem) => {
    const { message } = (await api.ask('POST', configMaps, { body })).body;
    expect(message).toContain(`couldn't get version/kind; json parse error: ${problem}`);
  });

  it('may be YAML', async () => {
    const yaml = 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: from-yaml}\n';
    expect((await api.ask('POST', configMaps, { body: yaml, type: 'application/yaml' })).status).toBe(201);
  });
});

describe('a Service', () => {
  const services = '/api/v1/namespaces/default/services';
  const service = (name: string, spec: object): any => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ port: 80 }], ...spec },
  });

  it('gets an address of its own and keeps it', async () => {
    const first = await api.ask('POST', services, { body: service('first', {}) });
    const second = await api.ask('POST', services, { body: service('second', {}) });
    expect(first.body.spec.clusterIP).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(second.body.spec.clusterIP).not.toBe(first.body.spec.clusterIP);
    const replaced = await api.ask('PUT', `${services}/first`, { body: service('first', {}) });
    expect(replaced.body.spec.clusterIP).toBe(first.body.spec.clusterIP);
    const taken = await api.ask('POST', services, { body: service('third', { clusterIP: first.body.spec.clusterIP }) });
    expect(taken.status).toBe(422);
    expect(taken.body.message).toContain('provided IP is already allocated');
  });

  it.each(['10.96.200.200', 'None', '1.2.3.4'])('cannot change its address to %s', async (clusterIP) => {
    const { body } = await api.ask('PUT', `${services}/first`, { body: service('first', { clusterIP }) });
    expect(body.message).toBe(
      `Service "first" is invalid: spec.clusterIPs[0]: Invalid value: ["${clusterIP}"]: may not change once set`,
    );
  });

  it('of type LoadBalancer gets node ports', async () => {
    const { body } = await api.ask('POST', services, { body: service('balanced', { type: 'LoadBalancer' }) });
    expect(body.spec.ports[0].nodePort).toBeGreaterThanOrEqual(30_000);
  });

  it('without an address stays so', async () => {
    const { body } = await api.ask('POST', services, { body: service('headless', { clusterIP: 'None' }) });
    expect(body.spec.clusterIPs).toEqual(['None']);
  });
});

it('Istio’s webhook speaks through the API', async () => {
  const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
  const weighted = (weight: number): object => ({ destination: { host: 'echo' }, weight });
  const { status, body } = await api.ask('POST', path, {
    body: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'vs' },
      spec: { hosts: ['echo'], tcp: [{ route: [weighted(0), weighted(0)] }] },
    },
  });
  expect(status).toBe(400);
  expect(body.message).toBe(
    'admission webhook "validation.istio.io" denied the request: configuration is invalid: total destination weight = 0',
  );
});
