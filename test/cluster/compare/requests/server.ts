import type { Exchange } from '../exchange.ts';
import { namespace } from './place.ts';

const about = 'the server';
const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const groups = [
  'apps/v1',
  'discovery.k8s.io/v1',
  'coordination.k8s.io/v1',
  'gateway.networking.k8s.io/v1',
  'networking.istio.io/v1',
];
const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;

/** What a client asks of the server itself. */
export const aboutServer: readonly Exchange[] = [
  { about, what: 'ready', path: '/readyz' },
  { about, what: 'live', path: '/livez' },
  { about, what: 'healthy', path: '/healthz' },
  { about, what: 'an unknown path', path: '/nonsense' },
  { about, what: 'an unknown group', path: '/apis/nonsense.example.com/v1' },
  { about, what: 'an unknown version', path: '/apis/apps/v9' },
  { about, what: 'an unknown resource', path: '/api/v1/namespaces/default/nonsenses' },
  { about, what: 'an unknown subresource', path: '/api/v1/namespaces/default/configmaps/a/nonsense' },
  { about, what: 'the core versions', path: '/api' },
  ...groups.map((group) => ({ about, what: `the group of ${group}`, path: `/apis/${group.split('/')[0]}` })),
  { about, what: 'a wrong token', path: '/api/v1/namespaces', token: 'nonsense' },
  { about, what: 'no namespace of the name', path: '/api/v1/namespaces/nowhere' },
  {
    about,
    what: 'create in a missing namespace',
    method: 'POST',
    path: '/api/v1/namespaces/nowhere/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  { about, what: 'list in a missing namespace', path: '/api/v1/namespaces/nowhere/configmaps' },
  { about, what: 'an unknown verb', method: 'POST', path: `${configMaps}/one`, body: {} },
  { about, what: 'an empty body', method: 'POST', path: configMaps },
  { about, what: 'an unknown body type', method: 'POST', path: configMaps, type: 'text/nonsense', body: 'a' },
  { about, what: 'an unknown answer type', path: configMaps, accept: 'text/nonsense' },
  {
    about,
    what: 'an unknown dryRun',
    method: 'POST',
    path: `${configMaps}?dryRun=Some`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  {
    about,
    what: 'an unknown fieldValidation',
    method: 'POST',
    path: `${configMaps}?fieldValidation=Some`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  {
    about,
    what: 'a long fieldManager',
    method: 'POST',
    path: `${configMaps}?fieldManager=${'m'.repeat(200)}`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  { about, what: 'a bad limit', path: `${configMaps}?limit=many` },
  { about, what: 'a bad continue', path: `${configMaps}?continue=nonsense` },
  { about, what: 'a bad resourceVersion', path: `${configMaps}?resourceVersion=nonsense` },
  {
    about,
    what: 'a resourceVersion of the future',
    path: `${configMaps}?resourceVersion=99999999999&resourceVersionMatch=Exact`,
  },
  { about, what: 'a watch from before all history', path: `${configMaps}?watch=1&resourceVersion=1&timeoutSeconds=1` },
  {
    about,
    what: 'may I',
    method: 'POST',
    path: review,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'create', resource: 'services', namespace } },
    },
  },
  {
    about,
    what: 'may I what',
    method: 'POST',
    path: review,
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} },
  },
  {
    about,
    what: 'a patch of a scale',
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/missing/scale`,
    type: 'application/merge-patch+json',
    body: { spec: { replicas: 2 } },
  },
];
