import type { Answers, Exchange } from '../exchange.ts';
import { applyPatch, placeOf } from './place.ts';
import type { Subject } from './subjects.ts';

/** Server-side apply by two managers. */
export function appliesOn(subject: Subject): Exchange[] {
  const { change } = subject;
  const { about, all, mine, named, nameOf, applied } = placeOf(subject);
  const seenAs = (name: string, metadata: object) => {
    const object = named(name);
    return { ...object, metadata: { ...object.metadata, ...metadata } };
  };
  return [
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
      what: 'apply to the object as it was read',
      method: 'PATCH',
      path: `${applied}?fieldManager=first&force=true&dryRun=All`,
      type: applyPatch,
      body: (answers: Answers) => seenAs('applied', { uid: answers.get(nameOf('apply'))?.body.metadata.uid }),
    },
    {
      about,
      what: 'apply to a version that has passed',
      method: 'PATCH',
      path: `${applied}?fieldManager=first&force=true`,
      type: applyPatch,
      body: seenAs('applied', { resourceVersion: '1' }),
    },
    {
      about,
      what: 'apply to a version that has passed of another object',
      method: 'PATCH',
      path: `${applied}?fieldManager=first&force=true`,
      type: applyPatch,
      body: seenAs('applied', { resourceVersion: '1', uid: 'another' }),
    },
    {
      about,
      what: 'apply to another object',
      method: 'PATCH',
      path: `${applied}?fieldManager=first&force=true`,
      type: applyPatch,
      body: seenAs('applied', { uid: 'another' }),
    },
    {
      about,
      what: 'apply to a version of what is not there as dry run',
      method: 'PATCH',
      path: `${all}/${mine('absent')}?fieldManager=first&dryRun=All`,
      type: applyPatch,
      body: seenAs('absent', { resourceVersion: '1' }),
    },
    {
      about,
      what: 'apply to a version of what is not there',
      method: 'PATCH',
      path: `${all}/${mine('made')}?fieldManager=first`,
      type: applyPatch,
      body: seenAs('made', { resourceVersion: '1' }),
    },
    {
      about,
      what: 'apply to an object that is not there',
      method: 'PATCH',
      path: `${all}/${mine('absent')}?fieldManager=first&dryRun=All`,
      type: applyPatch,
      body: seenAs('absent', { uid: 'another' }),
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
