import { changed, requestName, type Answers, type BodyOf, type Exchange } from '../exchange.ts';
import { applyPatch, jsonPatch, mergePatch, metadataList, placeOf, strategicPatch, table } from './place.ts';
import type { Subject } from './subjects.ts';

/** The creation of each of the subject's special cases, as a dry run. */
export function casesOf(subject: Subject): Exchange[] {
  const { about, all, named } = placeOf(subject);
  return Object.entries(subject.cases ?? {}).map(([what, rest], at) => ({
    about,
    what: `create with ${what}`,
    method: 'POST',
    path: `${all}?dryRun=All`,
    body: named(`case-${at}`, rest),
  }));
}

/** Every verb on one kind, with good and with bad input. */
export function verbsOn(subject: Subject): Exchange[] {
  const { apiVersion, kind, namespaced, custom, status = custom, fields, change, fixed } = subject;
  const { about, all, mine, named } = placeOf(subject);
  const one = `${all}/${mine('one')}`;
  const applied = `${all}/${mine('applied')}`;
  // Kinds that no update may be made of without the version that it was made for.
  const insists = custom || kind === 'Lease';
  const nameOf = (what: string) => requestName({ about, what });
  const created = nameOf('create');

  const creates: Exchange[] = [
    { about, what: 'create as dry run', method: 'POST', path: `${all}?dryRun=All`, body: named('one') },
    { about, what: 'create', method: 'POST', path: `${all}?fieldManager=first`, body: named('one') },
    { about, what: 'create again', method: 'POST', path: all, body: named('one') },
    { about, what: 'create without a name', method: 'POST', path: all, body: { apiVersion, kind, ...fields } },
    { about, what: 'create with a long name', method: 'POST', path: all, body: named('n'.repeat(300)) },
    { about, what: 'create with a bad name', method: 'POST', path: all, body: named('Not_A_Name') },
    {
      about,
      what: 'create with another kind',
      method: 'POST',
      path: all,
      body: { ...named('two', {}), kind: 'Nonsense' },
    },
    {
      about,
      what: 'create with another apiVersion',
      method: 'POST',
      path: all,
      body: { ...named('two'), apiVersion: 'x/v1' },
    },
    {
      about,
      what: 'create with an unknown field, strictly',
      method: 'POST',
      path: `${all}?fieldValidation=Strict`,
      body: { ...named('two'), nonsense: 1 },
    },
    {
      about,
      what: 'create with an unknown field, warned',
      method: 'POST',
      path: `${all}?fieldValidation=Warn&dryRun=All`,
      body: { ...named('two'), nonsense: 1 },
    },
    { about, what: 'create what is no JSON', method: 'POST', path: all, body: '{"apiVersion": ' },
    ...(namespaced
      ? [
          {
            about,
            what: 'create with another namespace',
            method: 'POST',
            path: all,
            body: { ...named('two'), metadata: { name: mine('two'), namespace: 'elsewhere' } },
          },
        ]
      : []),
  ];
  const reads: Exchange[] = [
    { about, what: 'get', path: one },
    { about, what: 'get as a Table', path: one, accept: table },
    { about, what: 'get what is not there', path: `${all}/missing` },
    { about, what: 'list by name', path: `${all}?fieldSelector=metadata.name%3D${mine('one')}` },
    { about, what: 'list by label', path: `${all}?labelSelector=nobody%3Dhas` },
    { about, what: 'list as a Table', path: `${all}?fieldSelector=metadata.name%3D${mine('one')}`, accept: table },
    {
      about,
      what: 'list as metadata',
      path: `${all}?fieldSelector=metadata.name%3D${mine('one')}`,
      accept: metadataList,
    },
    { about, what: 'list by an unknown field', path: `${all}?fieldSelector=spec.nonsense%3D1` },
    { about, what: 'list by a bad label selector', path: `${all}?labelSelector=%3D%3D` },
  ];
  const updates: Exchange[] = [
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
  const patches: Exchange[] = [
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
  const applies: Exchange[] = [
    {
      about,
      what: 'apply without a manager',
      method: 'PATCH',
      path: applied,
      type: applyPatch,
      body: named('applied'),
    },
    {
      about,
      what: 'apply',
      method: 'PATCH',
      path: `${applied}?fieldManager=first`,
      type: applyPatch,
      body: named('applied'),
    },
    {
      about,
      what: 'apply the same again',
      method: 'PATCH',
      path: `${applied}?fieldManager=first`,
      type: applyPatch,
      body: named('applied'),
    },
    {
      about,
      what: 'apply over another manager',
      method: 'PATCH',
      path: `${applied}?fieldManager=second`,
      type: applyPatch,
      body: merged(named('applied'), change),
    },
    {
      about,
      what: 'apply over another manager by force',
      method: 'PATCH',
      path: `${applied}?fieldManager=second&force=true`,
      type: applyPatch,
      body: merged(named('applied'), change),
    },
    {
      about,
      what: 'apply with an unknown field',
      method: 'PATCH',
      path: `${applied}?fieldManager=first`,
      type: applyPatch,
      body: { ...named('applied'), nonsense: 1 },
    },
    {
      about,
      what: 'apply with managedFields',
      method: 'PATCH',
      path: `${applied}?fieldManager=first`,
      type: applyPatch,
      body: { ...named('applied'), metadata: { name: mine('applied'), managedFields: [{ manager: 'x' }] } },
    },
    {
      about,
      what: 'apply under another name',
      method: 'PATCH',
      path: `${applied}?fieldManager=first`,
      type: applyPatch,
      body: named('other'),
    },
    {
      about,
      what: 'apply without a kind',
      method: 'PATCH',
      path: `${applied}?fieldManager=first`,
      type: applyPatch,
      body: { metadata: { name: mine('applied') } },
    },
  ];
  const statuses: Exchange[] = status
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
  const deletes: Exchange[] = [
    {
      about,
      what: 'delete with another uid',
      method: 'DELETE',
      path: one,
      body: { preconditions: { uid: 'another' } },
    },
    { about, what: 'delete as dry run', method: 'DELETE', path: `${one}?dryRun=All` },
    ...(kind === 'Namespace'
      ? []
      : [
          { about, what: 'delete', method: 'DELETE', path: one },
          { about, what: 'delete again', method: 'DELETE', path: one },
          {
            about,
            what: 'delete in the foreground',
            method: 'DELETE',
            path: `${applied}?propagationPolicy=Foreground`,
          },
        ]),
    {
      about,
      what: 'delete with an unknown policy',
      method: 'DELETE',
      path: `${all}/missing?propagationPolicy=Nonsense`,
    },
  ];
  return [...creates, ...reads, ...updates, ...patches, ...applies, ...statuses, ...deletes];
}

function withUid(answers: Answers, request: string): unknown {
  const body: BodyOf = changed(request, (object) => {
    object.metadata.uid = '00000000-0000-0000-0000-000000000000';
  });
  return body(answers);
}

/** The object with a merge patch's fields in it, where neither removes any. */
function merged(object: any, change: any): any {
  const result = { ...object };
  for (const [name, value] of Object.entries<any>(change)) {
    const both = [result[name], value].every((side) => typeof side === 'object' && side && !Array.isArray(side));
    result[name] = both ? merged(result[name], value) : value;
  }
  return result;
}
