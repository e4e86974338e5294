import type { Exchange } from '../exchange.ts';
import { placeOf } from './place.ts';
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

/** Creations of the good object, and of what is none. */
export function createsOn(subject: Subject): Exchange[] {
  const { apiVersion, kind, namespaced, fields } = subject;
  const { about, all, mine, named } = placeOf(subject);
  return [
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
}
