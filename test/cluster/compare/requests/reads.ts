import type { Exchange } from '../exchange.ts';
import { metadataList, table, placeOf } from './place.ts';
import type { Subject } from './subjects.ts';

/** Reads of one object and of lists, in every form. */
export function readsOn(subject: Subject): Exchange[] {
  const { about, all, mine, one } = placeOf(subject);
  return [
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
}
