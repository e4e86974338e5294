import { formatDuration } from '../../core/duration.ts';
import type { KubeObject, ObjectRef } from '../../core/objects.ts';
import { titleOf } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import { within } from '../http/deadline.ts';
import { follow } from './list-watch.ts';
import { lastSeen } from './last-seen.ts';
import type { Client } from './client.ts';

export interface WaitSpec {
  ref: ObjectRef;
  ready: (object: KubeObject | undefined) => boolean;
  timeoutMs: number;
}

/**
 * The first state of an object for which `ready` holds.
 * @throws ShiftError timeout: the message says what was last seen; or the signal's reason
 */
export function waitFor({ ref, ready, timeoutMs }: WaitSpec, client: Client): Promise<KubeObject | undefined> {
  let seen = 'nothing yet';
  const late = () => {
    const message = `waited ${formatDuration(timeoutMs)} for ${titleOf(ref)} in vain; last seen: ${seen}`;
    return new ShiftError('timeout', message, { hint: 'mend what is named, or wait longer with --timeout' });
  };
  const look = async (signal: AbortSignal) => {
    for await (const object of follow(ref, { ...client, signal })) {
      seen = lastSeen(object);
      if (ready(object)) return object;
    }
  };
  return within({ ms: timeoutMs, late, signal: client.signal }, look, client.wire.clock);
}
