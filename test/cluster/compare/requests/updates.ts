import { changed, type Answers, type BodyOf, type Exchange } from '../exchange.ts';
import { mergePatch, placeOf } from './place.ts';
import type { Subject } from './subjects.ts';

/** Replacements of the object that was created. */
export function updatesOn(subject: Subject): Exchange[] {
  const { kind } = subject;
  const { about, all, one, nameOf, insists } = placeOf(subject);
  const created = nameOf('create');
  return [
    {
      about,
      what: 'replace with an old version',
      method: 'PUT',
      path: one,
      body: changed(created, (object) => {
        object.metadata.resourceVersion = '1';
        object.metadata.labels = { replaced: 'yes' };
      }),
    },
    {
      about,
      what: 'replace under another name',
      method: 'PUT',
      path: one,
      body: changed(created, (object) => {
        object.metadata.name = 'other';
      }),
    },
    {
      about,
      what: 'replace',
      method: 'PUT',
      path: `${one}?fieldManager=second`,
      body: changed(created, (object) => {
        object.metadata.labels = { replaced: 'yes' };
        // The sandbox's controllers may have changed it since.
        if (!insists) delete object.metadata.resourceVersion;
      }),
    },
    {
      about,
      what: 'replace without a version',
      method: 'PUT',
      path: `${one}?dryRun=All`,
      body: changed(created, (object) => {
        delete object.metadata.resourceVersion;
        object.metadata.labels = { replaced: 'again' };
      }),
    },
    {
      about,
      what: 'replace what is not there',
      method: 'PUT',
      path: `${all}/missing`,
      body: changed(created, (object) => {
        object.metadata = { ...object.metadata, name: 'missing', uid: undefined, resourceVersion: '1' };
        if (kind === 'Service') object.spec = { ports: object.spec.ports };
      }),
    },
    {
      about,
      what: 'replace with another uid',
      method: 'PUT',
      path: one,
      body: (answers: Answers) => withUid(answers, nameOf('replace')),
    },
  ];
}

/** Writes to the status, where the kind has one of its own. */
export function statusesOn(subject: Subject): Exchange[] {
  const { about, one, nameOf, insists } = placeOf(subject);
  return (subject.status ?? subject.custom)
    ? [
        {
          about,
          what: 'patch of the status',
          method: 'PATCH',
          path: `${one}/status?fieldManager=third`,
          type: mergePatch,
          body: { metadata: { labels: { ignored: 'yes' } }, spec: null },
        },
        { about, what: 'get of the status', path: `${one}/status` },
        {
          about,
          what: 'replace of the status',
          method: 'PUT',
          path: `${one}/status?fieldManager=second`,
          body: changed(nameOf('get of the status'), (object) => {
            object.metadata.labels = { ...object.metadata.labels, status: 'yes' };
            delete object.spec;
            if (!insists) delete object.metadata.resourceVersion;
          }),
        },
      ]
    : [];
}

function withUid(answers: Answers, request: string): unknown {
  const body: BodyOf = changed(request, (object) => {
    object.metadata.uid = '00000000-0000-0000-0000-000000000000';
  });
  return body(answers);
}
