import type { Exchange } from '../exchange.ts';
import { appliesOn } from './applies.ts';
import { createsOn } from './creates.ts';
import { deletesOn } from './deletes.ts';
import { patchesOn } from './patches.ts';
import { readsOn } from './reads.ts';
import { scalesOn } from './scales.ts';
import type { Subject } from './subjects.ts';
import { statusesOn, updatesOn } from './updates.ts';

/** Every verb on one kind, with good and with bad input, in an order in which each finds what it needs. */
export function verbsOn(subject: Subject): Exchange[] {
  const groups = [createsOn, readsOn, updatesOn, patchesOn, appliesOn, statusesOn, scalesOn, deletesOn];
  return groups.flatMap((requestsOn) => requestsOn(subject));
}
