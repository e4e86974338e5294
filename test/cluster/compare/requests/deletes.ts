import type { Exchange } from '../exchange.ts';
import { placeOf } from './place.ts';
import type { Subject } from './subjects.ts';

/** Deletions, and what stands in their way. */
export function deletesOn(subject: Subject): Exchange[] {
  const { kind } = subject;
  const { about, all, one, applied } = placeOf(subject);
  return [
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
}
