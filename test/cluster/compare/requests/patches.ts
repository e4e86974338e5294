import type { Exchange } from '../exchange.ts';
import { jsonPatch, mergePatch, strategicPatch, placeOf } from './place.ts';
import type { Subject } from './subjects.ts';

/** Patches of every format. */
export function patchesOn(subject: Subject): Exchange[] {
  const { change, fixed } = subject;
  const { about, all, one } = placeOf(subject);
  return [
    { about, what: 'merge patch', method: 'PATCH', path: `${one}?fieldManager=third`, type: mergePatch, body: change },
    {
      about,
      what: 'the same merge patch again',
      method: 'PATCH',
      path: `${one}?fieldManager=third`,
      type: mergePatch,
      body: change,
    },
    ...(fixed
      ? [
          {
            about,
            what: 'merge patch of what is fixed',
            method: 'PATCH',
            path: `${one}?dryRun=All`,
            type: mergePatch,
            body: fixed,
          },
        ]
      : []),
    {
      about,
      what: 'merge patch with bad metadata',
      method: 'PATCH',
      path: one,
      type: mergePatch,
      body: { metadata: { labels: { 'a b': 'c d' }, annotations: { '/': '' } } },
    },
    {
      about,
      what: 'merge patch of what is not there',
      method: 'PATCH',
      path: `${all}/missing`,
      type: mergePatch,
      body: change,
    },
    {
      about,
      what: 'merge patch with an old version',
      method: 'PATCH',
      path: one,
      type: mergePatch,
      body: { metadata: { resourceVersion: '1', labels: { old: 'yes' } } },
    },
    {
      about,
      what: 'strategic merge patch',
      method: 'PATCH',
      path: `${one}?fieldManager=third`,
      type: strategicPatch,
      body: { metadata: { labels: { strategic: 'yes' } } },
    },
    {
      about,
      what: 'JSON patch',
      method: 'PATCH',
      path: `${one}?fieldManager=third`,
      type: jsonPatch,
      body: [{ op: 'add', path: '/metadata/annotations', value: { patched: 'yes' } }],
    },
    {
      about,
      what: 'JSON patch whose test fails',
      method: 'PATCH',
      path: one,
      type: jsonPatch,
      body: [{ op: 'test', path: '/metadata/name', value: 'two' }],
    },
    {
      about,
      what: 'JSON patch of a missing path',
      method: 'PATCH',
      path: one,
      type: jsonPatch,
      body: [{ op: 'remove', path: '/metadata/nonsense' }],
    },
    { about, what: 'patch of an unknown type', method: 'PATCH', path: one, type: 'application/json', body: change },
    { about, what: 'patch that is no JSON', method: 'PATCH', path: one, type: mergePatch, body: '{' },
    {
      about,
      what: 'patch of the name',
      method: 'PATCH',
      path: one,
      type: mergePatch,
      body: { metadata: { name: 'two' } },
    },
  ];
}
