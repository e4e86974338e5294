import type { Exchange } from '../exchange.ts';
import { namespace } from './place.ts';

const about = 'in the name of others';
const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const nobody = { 'impersonate-user': 'nobody' };
const administrator = { ...nobody, 'impersonate-group': 'system:masters' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

const refused: readonly (Omit<Exchange, 'about' | 'headers'> & { what: string })[] = [
  { what: 'list', path: configMaps },
  { what: 'list everywhere', path: '/api/v1/configmaps' },
  { what: 'watch', path: `${configMaps}?watch=1&timeoutSeconds=1` },
  { what: 'get', path: `${configMaps}/a` },
  { what: 'create', method: 'POST', path: configMaps, body: configMap },
  { what: 'replace', method: 'PUT', path: `${configMaps}/a`, body: configMap },
  { what: 'patch', method: 'PATCH', path: `${configMaps}/a`, type: 'application/merge-patch+json', body: {} },
  { what: 'delete', method: 'DELETE', path: `${configMaps}/a` },
  { what: 'delete all', method: 'DELETE', path: configMaps },
  { what: 'get the status', path: `/apis/apps/v1/namespaces/${namespace}/deployments/a/status` },
  { what: 'get a namespace', path: `/api/v1/namespaces/${namespace}` },
  { what: 'list namespaces', path: '/api/v1/namespaces' },
  { what: 'list what is in no namespace', path: '/apis/gateway.networking.k8s.io/v1/gatewayclasses' },
  { what: 'list an unknown resource', path: '/apis/apps/v1/nonsenses' },
  { what: 'read an unknown path', path: '/nonsense' },
  { what: 'read the metrics', path: '/metrics' },
];

const access = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { verb: 'create', resource: 'services', namespace } },
};

/** What those may do who are no administrators, and what is said of those who are asked for. */
export const inTheNameOfOthers: readonly Exchange[] = [
  ...refused.map((request) => ({ about, ...request, headers: nobody })),
  { about, what: 'the core versions', path: '/api', headers: nobody },
  { about, what: 'may I', method: 'POST', path: reviews, headers: nobody, body: access },
  { about, what: 'may the administrator', method: 'POST', path: reviews, headers: administrator, body: access },
  { about, what: 'get as an administrator', path: `${configMaps}/a`, headers: administrator },
  ...Object.entries({
    nobody,
    'an administrator': administrator,
    'somebody with a uid': { ...nobody, 'impersonate-uid': '7' },
    'somebody of whom more is known': { ...nobody, 'impersonate-extra-example.com%2fscope': 'all' },
    'a service account': { 'impersonate-user': 'system:serviceaccount:default:a' },
  }).map(([who, headers]) => ({
    about,
    what: `who is ${who}`,
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    headers,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  })),
  { about, what: 'a group without a user', path: configMaps, headers: { 'impersonate-group': 'nobody' } },
];
