import type { Exchange } from '../exchange.ts';
import { namespace, table } from './place.ts';

const about = 'a watch';
const configMaps = `/api/v1/namespaces/${namespace}/configmaps?watch=1&fieldSelector=metadata.name%3Dnobody`;
const routes = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/tcproutes?watch=1`;
const soon = 'timeoutSeconds=1';
const initial = 'sendInitialEvents=true';
const notOlder = 'resourceVersionMatch=NotOlderThan';

/** What watches answer that are about no object. */
export const aboutStreams: readonly Exchange[] = [
  { about, what: 'ends when its time is up', path: `${configMaps}&${soon}`, watch: {} },
  { about, what: 'from now with bookmarks', path: `${configMaps}&${soon}&allowWatchBookmarks=1`, watch: {} },
  { about, what: 'from before all history', path: `${routes}&resourceVersion=1`, watch: {} },
  { about, what: 'as a Table from before all history', path: `${routes}&resourceVersion=1`, accept: table, watch: {} },
  { about, what: 'from the future', path: `${configMaps}&resourceVersion=99999999999&${soon}`, watch: {} },
  { about, what: 'from no version', path: `${configMaps}&resourceVersion=nonsense` },
  { about, what: 'by an unknown field', path: `${routes}&fieldSelector=spec.nonsense%3D1` },
  { about, what: 'by a bad label', path: `${routes}&labelSelector=%3D%3D` },
  { about, what: 'with initial events and no match', path: `${configMaps}&${initial}` },
  { about, what: 'with another match', path: `${configMaps}&${initial}&resourceVersionMatch=Exact` },
  { about, what: 'with a match alone', path: `${configMaps}&${notOlder}` },
  {
    about,
    what: 'without initial events',
    path: `${configMaps}&sendInitialEvents=false&${notOlder}&${soon}`,
    watch: {},
  },
  { about, what: 'with initial events and no bookmarks', path: `${configMaps}&${initial}&${notOlder}&${soon}` },
  { about, what: 'in an unknown form', path: `${configMaps}&${soon}`, accept: 'text/nonsense' },
  { about, what: 'of an unknown namespace', path: `/api/v1/namespaces/nowhere/configmaps?watch=1&${soon}`, watch: {} },
  { about, what: 'of an unknown resource', path: '/api/v1/namespaces/default/nonsenses?watch=1' },
];
