import { expect, test } from 'vitest';
import { statusError } from '../../src/cluster/http/status-errors.ts';
import { status } from '../helpers/cluster.ts';

const asked = 'apply TCPRoute demo/tcp-echo';

function errorOf(code: number, reason: string, message: string, details: object = {}) {
  return statusError(code, JSON.stringify(status(code, reason, message, details)), asked);
}

test('401 names the credentials', () => {
  expect(errorOf(401, 'Unauthorized', 'Unauthorized')).toMatchObject({
    kind: 'unauthorized',
    message: 'cannot apply TCPRoute demo/tcp-echo: the API server does not accept these credentials (Unauthorized)',
  });
});

test.each([
  [
    'tcproutes.gateway.networking.k8s.io "tcp-echo" is forbidden: User "ann" cannot patch resource "tcproutes" in API group "gateway.networking.k8s.io" in the namespace "demo"',
    'user "ann" may not patch tcproutes.gateway.networking.k8s.io in namespace "demo"',
  ],
  [
    'nodes is forbidden: User "ann" cannot list resource "nodes" in API group "" at the cluster scope',
    'user "ann" may not list nodes in the whole cluster',
  ],
  [
    'pods "a" is forbidden: User "system:serviceaccount:a:b" cannot create resource "pods/exec" in API group "" in the namespace "demo": RBAC: role.rbac.authorization.k8s.io "x" not found',
    'user "system:serviceaccount:a:b" may not create pods/exec in namespace "demo" (RBAC: role.rbac.authorization.k8s.io "x" not found)',
  ],
  [
    'deployments.apps "a" is forbidden: User "ann" cannot patch resource "deployments/scale" in API group "apps" in the namespace "demo"',
    'user "ann" may not patch deployments.apps/scale in namespace "demo"',
  ],
  [
    'forbidden: User "system:anonymous" cannot get path "/apis"',
    'forbidden: User "system:anonymous" cannot get path "/apis"',
  ],
])('403 of the authorizer: %s', (message, found) => {
  const error = errorOf(403, 'Forbidden', message);
  expect(error).toMatchObject({ kind: 'forbidden', message: `cannot ${asked}: ${found}` });
  expect(error.hint).toMatch(/--as$/);
});

test('403 of a terminating namespace is no matter of permissions', () => {
  const message =
    'configmaps "a" is forbidden: unable to create new content in namespace demo because it is being terminated';
  const error = errorOf(403, 'Forbidden', message, {
    causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }],
  });
  expect(error).toMatchObject({ kind: 'rejected', message: `cannot ${asked}: ${message}` });
  expect(error.hint).toMatch(/^wait until the namespace is gone/);
});

test('what an admission webhook says is shown whole, on one line', () => {
  const message =
    'admission webhook "policy.example.com" denied the request: \n\nresource TCPRoute/demo/tcp-echo:\n  weights: too high';
  expect(errorOf(403, 'Forbidden', message)).toMatchObject({
    kind: 'rejected',
    message:
      'cannot apply TCPRoute demo/tcp-echo: the API server rejects it: admission webhook "policy.example.com" denied the request: resource TCPRoute/demo/tcp-echo: weights: too high',
  });
});

test('403 without a reason is a matter of permissions', () => {
  const body = JSON.stringify(status(403, 'Forbidden', 'pods "gateway-1" is forbidden: '));
  expect(statusError(403, body, 'forward a port to Pod demo/gateway-1', 'create on pods/portforward')).toMatchObject({
    kind: 'forbidden',
    message: 'cannot forward a port to Pod demo/gateway-1: the API server forbids it, and gives no reason',
    hint: 'ask for a Role that allows create on pods/portforward, or act as another user with --context or --as',
  });
  expect(errorOf(403, 'Forbidden', 'pods "gateway-1" is forbidden: ').hint).toMatch(/^ask for a Role that allows it,/);
});

test.each([400, 403, 404, 409, 422, 429, 500, 503])('a webhook that answers %i refuses all the same', (code) => {
  const message = 'admission webhook "gate.example.com" denied the request: not on Fridays';
  expect(errorOf(code, '', message)).toMatchObject({
    kind: 'rejected',
    message: `cannot ${asked}: the API server rejects it: ${message}`,
  });
});

test('a webhook that cannot be asked is named in the hint', () => {
  const message =
    'Internal error occurred: failed calling webhook "gate.example.com": failed to call webhook: connection refused';
  expect(errorOf(500, 'InternalError', message)).toMatchObject({
    kind: 'cluster',
    message: `cannot ${asked}: the API server answered 500: ${message}`,
    hint: 'see to webhook gate.example.com: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
  });
});

test('409 of server-side apply names each field and its owner', () => {
  const causes = [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "argo" using gateway.networking.k8s.io/v1',
      field: '.spec.rules',
    },
    { reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.metadata.labels.app' },
  ];
  const error = errorOf(409, 'Conflict', 'Apply failed with 2 conflicts', { causes });
  expect(error).toMatchObject({
    kind: 'conflict',
    message:
      'cannot apply TCPRoute demo/tcp-echo: other managers own .spec.rules (by "argo" using gateway.networking.k8s.io/v1), .metadata.labels.app (by "kubectl")',
  });
  expect(error.hint).toContain('--force-conflicts');
});

test('other 409s keep the words of the server', () => {
  const changed = errorOf(409, 'Conflict', 'the object has been modified');
  expect(changed).toMatchObject({ kind: 'stale', message: `cannot ${asked}: the object has been modified` });
  expect(changed.hint).toBe('run the command again');
  expect(errorOf(409, 'AlreadyExists', 'leases "x" already exists')).toMatchObject({
    kind: 'conflict',
    hint: 'choose another name, or delete what is there',
  });
});

test('422 lists each cause', () => {
  const causes = [
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: -1: must be at least 0',
      field: 'spec.rules[0].backendRefs[0].weight',
    },
    { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.rules' },
  ];
  expect(errorOf(422, 'Invalid', 'TCPRoute "tcp-echo" is invalid: [...]', { causes })).toMatchObject({
    kind: 'rejected',
    message:
      'cannot apply TCPRoute demo/tcp-echo: the API server rejects it: spec.rules[0].backendRefs[0].weight: Invalid value: -1: must be at least 0; spec.rules: Required value',
  });
  expect(errorOf(422, 'Invalid', 'it is wrong').message).toMatch(/rejects it: it is wrong$/);
});

test.each([
  [400, 'BadRequest', 'rejected'],
  [404, 'NotFound', 'notFound'],
  [405, 'MethodNotAllowed', 'rejected'],
  [410, 'Expired', 'cluster'],
  [413, 'RequestEntityTooLarge', 'rejected'],
  [415, 'UnsupportedMediaType', 'rejected'],
  [429, 'TooManyRequests', 'cluster'],
  [500, 'InternalError', 'cluster'],
  [501, 'NotImplemented', 'cluster'],
  [503, 'ServiceUnavailable', 'cluster'],
])('%i %s is %s, with the words of the server', (code, reason, kind) => {
  const error = errorOf(code, reason, 'strict decoding error: unknown field "spec.x"');
  expect(error.kind).toBe(kind);
  expect(error.message).toContain('strict decoding error: unknown field "spec.x"');
  expect(error.hint).toBeTruthy();
});

test.each([
  ['<html><body><h1>502 Bad Gateway</h1>\nnginx</body></html>', '502 Bad Gateway nginx'],
  ['', 'status 502 without a message'],
  ['{"kind":"Other"}', '{"kind":"Other"}'],
  ['x'.repeat(5000), 'x'.repeat(200)],
])('an answer of something else than an API server', (body, found) => {
  const { kind, message } = statusError(502, body, 'list pods');
  expect(kind).toBe('cluster');
  expect(message).toBe(`cannot list pods: the API server answered 502: ${found}`);
});
