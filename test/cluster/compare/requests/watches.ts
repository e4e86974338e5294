import { requestName, type Exchange } from '../exchange.ts';
import { applyPatch, mergePatch, metadataOnly, placeOf, table } from './place.ts';
import type { Subject } from './subjects.ts';

const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

/** The first page of two, where nothing else is: of ServiceAccounts the sandbox's controller makes one more. */
function pages(about: string, all: string): Exchange[] {
  return [
    { about, what: 'list a page', path: `${all}?limit=1` },
    { about, what: 'list a page as a Table', path: `${all}?limit=1`, accept: table },
    { about, what: 'list a page by label', path: `${all}?limit=1&labelSelector=nobody%21%3Dhas` },
    { about, what: 'list a page that has all', path: `${all}?limit=5` },
    { about, what: 'list all', path: all },
    { about, what: 'delete all by label', method: 'DELETE', path: `${all}?labelSelector=pick%3Dpage` },
  ];
}

/** What watches tell of one kind: an object's whole life, and what each way to watch makes of it. */
export function watchesOn(subject: Subject): Exchange[] {
  const { apiVersion, kind, plural, namespaced, change } = subject;
  // An Event names the namespace that it is about, and may be in no other.
  if (kind === 'Event') return [];
  // A namespace of their own, so that no controller's objects come in between.
  const home = `watch-${plural}-${apiVersion.replaceAll(/[./]/g, '-')}`;
  const { about, all, mine, named } = placeOf(subject, home);

  const create = (name: string, labels = {}) => {
    const object = named(name);
    return { method: 'POST', path: all, body: { ...object, metadata: { ...object.metadata, labels } } };
  };
  const merge = (name: string, body: unknown, query = '') => {
    return { method: 'PATCH', path: `${all}/${mine(name)}${query}`, type: mergePatch, body };
  };
  const label = (name: string, pick: string) => merge(name, { metadata: { labels: { pick } } });
  const remove = (name: string) => ({ method: 'DELETE', path: `${all}/${mine(name)}` });
  const since = requestName({ about, what: 'list before the watches' });
  const only = (name: string) => `${all}?watch=1&fieldSelector=metadata.name%3D${mine(name)}`;
  const short = (name: string) => [create(name), merge(name, change), remove(name)];

  const prepared: Exchange[] = [
    {
      about,
      what: 'create the namespace of the watches',
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
    },
    { about, what: 'list before the watches', path: `${all}?labelSelector=nobody%3Dhas` },
  ];
  const byLabel: Exchange = {
    about,
    what: 'watch by label',
    path: `${all}?watch=1&labelSelector=pick%3Dyes`,
    watch: {
      since,
      meanwhile: [create('picked'), label('picked', 'yes'), merge('picked', change), label('picked', 'no')],
      until: 'DELETED',
    },
  };
  // The deletion of a Namespace is the work of controllers, which only the sandbox has.
  if (kind === 'Namespace') return [...prepared, byLabel];
  return [
    ...prepared,
    {
      about,
      what: 'watch a whole life',
      path: only('life'),
      watch: {
        since,
        meanwhile: [
          create('life'),
          merge('life', change),
          merge('life', change),
          { ...merge('life', { ...named('life', {}) }, '?fieldManager=second&force=true'), type: applyPatch },
          merge('life', { metadata: { finalizers: ['example.com/hold'] } }),
          remove('life'),
          merge('life', { metadata: { annotations: { late: 'yes' } } }),
          merge('life', { metadata: { finalizers: null } }),
        ],
        until: 'DELETED',
      },
    },
    {
      about,
      what: 'watch as a Table',
      path: only('t'),
      accept: table,
      watch: { since, meanwhile: short('t'), until: 'DELETED' },
    },
    {
      about,
      what: 'watch as metadata',
      path: only('m'),
      accept: metadataOnly,
      watch: { since, meanwhile: short('m'), until: 'DELETED' },
    },
    {
      about,
      what: 'watch by name',
      path: only('named'),
      watch: { since, meanwhile: [...short('unnamed'), ...short('named')], until: 'DELETED' },
    },
    byLabel,
    { about, what: 'create before the watch', ...create('before') },
    { about, what: 'create another before the watch', ...create('beyond', { pick: 'page' }) },
    ...(kind === 'ServiceAccount' || !namespaced ? [] : pages(about, all)),
    {
      about,
      what: 'watch from the state of now',
      path: only('before'),
      watch: { after: 'ADDED', meanwhile: [label('before', 'now'), label('before', 'later')], until: 'MODIFIED' },
    },
    {
      about,
      what: 'watch with initial events',
      path: `${only('before')}&${initial}`,
      watch: { after: 'BOOKMARK', meanwhile: [label('before', 'bookmarked')], until: 'MODIFIED' },
    },
    {
      about,
      what: 'watch a Table with initial events',
      path: `${only('before')}&${initial}`,
      accept: table,
      watch: { after: 'BOOKMARK', meanwhile: [remove('before')], until: 'DELETED' },
    },
    {
      about,
      what: 'watch nothing with initial events',
      path: `${only('nobody')}&${initial}`,
      watch: { until: 'BOOKMARK' },
    },
  ];
}
