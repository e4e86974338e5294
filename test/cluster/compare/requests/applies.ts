import type { Exchange } from '../exchange.ts';
import { applyPatch, placeOf } from './place.ts';
import type { Subject } from './subjects.ts';

/** Server-side apply by two managers. */
export function appliesOn(subject: Subject): Exchange[] {
  const { change } = subject;
  const { about, mine, named, applied } = placeOf(subject);
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
