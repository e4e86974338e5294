import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, FaultRequest } from '../../src/sandbox/api/faults.ts';
import { type ApiUnderTest, configMap, configMaps, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
let faults: (request: FaultRequest) => Fault | undefined;
beforeAll(async () => {
  api = await startApi({}, { faults: (request) => faults(request) });
});
beforeEach(() => {
  faults = () => undefined;
});
afterAll(() => api.stop());

describe('a fault', () => {
  it('answers instead, and the request has no effect', async () => {
    faults = ({ method }) => (method === 'POST' ? { do: 'answer', code: 429, retryAfterSeconds: 1 } : undefined);
    const { status, headers, body } = await api.ask('POST', configMaps, { body: configMap('refused') });
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe('1');
    expect(body).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } });
    expect((await api.ask('GET', `${configMaps}/refused`)).status).toBe(404);
  });

  it.each([
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
    [504, 'Timeout'],
  ] as const)('answers with %d', async (code, reason) => {
    faults = () => ({ do: 'answer', code });
    expect((await api.ask('GET', configMaps)).body).toMatchObject({ code, reason });
  });

  it.each([
    ['before', 404],
    ['after', 200],
  ] as const)('resets the connection %s the request has its effect', async (when, status) => {
    faults = ({ method }) => (method === 'POST' ? { do: 'reset', when } : undefined);
    const name = `reset-${when}`;
    await expect(api.ask('POST', configMaps, { body: configMap(name) })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await api.ask('GET', `${configMaps}/${name}`)).status).toBe(status);
  });

  it('delays the answer', async () => {
    faults = () => ({ do: 'delay', ms: 60 });
    const start = performance.now();
    await api.ask('GET', '/version');
    expect(performance.now() - start).toBeGreaterThanOrEqual(59);
  });

  it.each(['end', 'reset'] as const)('drops a watch: %s', async (how) => {
    faults = ({ path }) => (path.includes('watch=1') ? { do: 'drop', afterMs: 10, how } : undefined);
    const watch = await api.watch(`${configMaps}?watch=1&fieldSelector=metadata.name%3Dnone`);
    expect(await watch.next()).toBeUndefined();
  });

  it('denies', async () => {
    faults = () => ({ do: 'deny' });
    const { status, body } = await api.ask('GET', configMaps);
    expect(status).toBe(403);
    expect(body).toMatchObject({
      reason: 'Forbidden',
      message:
        'configmaps is forbidden: User "tcpshift-sandbox" cannot list resource "configmaps" in API group "" in the namespace "default"',
    });
    const review = await api.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
      },
    });
    expect(review.body.status.allowed).toBe(false);
  });

  it('is chosen by method, path and client', async () => {
    const seen: FaultRequest[] = [];
    faults = (request) => {
      seen.push(request);
      return undefined;
    };
    await api.ask('GET', '/version?x=1');
    expect(seen).toEqual([{ method: 'GET', path: '/version?x=1', userAgent: 'api-test/1' }]);
  });
});
